"""Which of a program's providers is calling.

The engine opens a connection of its own for each provider (``aws.Provider(...)``, the default one) and names
it in ``Configure`` only. Requests after that carry no word of it, so a provider is known by its connection. A
connection that was opened anew is that of the only provider there is, or unknown.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from greenshift.engine.aws.calls import Stop
from greenshift.engine.aws.provider import AwsProvider
from greenshift.engine.plugin.configuration import Configuration
from greenshift.errors import EngineError

_MOST = 256  # connections remembered: one for each provider of a run, and runs come and go

Make = Callable[[Configuration, Stop], AwsProvider]


class Instance:
    """One provider of one run, with its clients of AWS."""

    def __init__(self, configuration: Configuration, make: Make) -> None:
        self.configuration = configuration
        self.stop = Stop()
        self.aws = make(configuration, self.stop)


class Instances:
    """The configured providers by connection. Called from several threads."""

    def __init__(self, make: Make) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Instance] = OrderedDict()

    def configure(self, connection: str, configuration: Configuration) -> None:
        with self._lock:
            self._known[connection] = Instance(configuration, self._make)
            self._known.move_to_end(connection)
            while len(self._known) > _MOST:
                self._known.popitem(last=False)

    def of(self, connection: str) -> Instance:
        with self._lock:
            known = self._known.get(connection)
            if known is not None:
                return known
            alike = {repr(each.configuration): each for each in self._known.values()}
            if len(alike) == 1:
                return next(iter(alike.values()))
        raise EngineError(
            "the provider was not configured on this connection", hint="run the same pulumi command again"
        )

    def cancel(self, connection: str) -> None:
        """End what waits on this connection: a person pressed Ctrl-C."""
        with self._lock:
            known = self._known.get(connection)
        if known is not None:
            known.stop.set()

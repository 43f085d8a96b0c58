"""The functions' aliases, read a few in a look: first those a release is moving, then the longest unread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from greenshift.reading.functions import Alias, read_alias
from greenshift.view.outputs import FunctionOutputs
from greenshift.view.pace import Pace

_CALLS_AT_ONCE = 8


class Aliases:
    """What was read last of each, by the function's key."""

    def __init__(self, client: Any, pace: Pace) -> None:
        self._client = client
        self._pace = pace
        self._seen: dict[str, Alias | None] = {}
        self._read_in: dict[str, int] = {}
        self._settled: dict[str, str] = {}
        self._look = 0

    def read(
        self, functions: Sequence[FunctionOutputs], moving: Collection[str] = (), settled: str = ""
    ) -> dict[str, Alias | None]:
        """Every function's alias, some of them as an earlier look saw it.

        ``moving`` are the keys of functions a release is moving. With ``settled``, a word for the release and
        how it ended, each of them is read once more and counts as resting from then on.
        """
        self._look += 1
        chosen = self._chosen(functions, moving, settled)
        self._seen.update(read_aliases(self._client, chosen, self._pace.aliases_a_second))
        for function in chosen:
            self._read_in[function.key] = self._look
            if function.key in moving:
                self._settled[function.key] = settled
        return {function.key: self._seen[function.key] for function in functions}

    def _chosen(
        self, functions: Sequence[FunctionOutputs], moving: Collection[str], settled: str
    ) -> list[FunctionOutputs]:
        unread = [f for f in functions if f.key not in self._seen]
        known = sorted((f for f in functions if f.key in self._seen), key=lambda f: self._read_in[f.key])
        in_motion = [
            f for f in known if f.key in moving and not (settled and self._settled.get(f.key) == settled)
        ]
        keys = {function.key for function in in_motion}
        resting = [f for f in known if f.key not in keys]
        return [*unread, *in_motion[: self._pace.moving], *resting[: self._pace.resting]]


def read_aliases(
    client: Any, functions: Iterable[FunctionOutputs], a_second: float = 0.0
) -> dict[str, Alias | None]:
    """Each function's alias, by the function's key; ``a_second`` bounds the calls, 0 does not."""
    wanted = list(functions)
    if not wanted:
        return {}
    turns = Turns(a_second)

    def read(function: FunctionOutputs) -> Alias | None:
        turns.wait()
        return read_alias(client, function.name, function.alias)

    with ThreadPoolExecutor(_CALLS_AT_ONCE) as pool:
        return {f.key: alias for f, alias in zip(wanted, pool.map(read, wanted), strict=True)}


class Turns:
    """Lets so many through in a second, whichever thread they come from; the first second's come at once."""

    def __init__(
        self,
        a_second: float,
        monotonic: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._gap = 1 / a_second if a_second > 0 else 0.0
        self._monotonic = monotonic
        self._pause = pause
        self._next = monotonic() - 1.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        if not self._gap:
            return
        with self._lock:
            now = self._monotonic()
            at = max(self._next, now - 1.0)
            self._next = at + self._gap
        if at > now:
            self._pause(at - now)

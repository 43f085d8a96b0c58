"""What a run will need of its provider, loaded beside it: while a program begins, its engine waits."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from queue import SimpleQueue

from greenshift.engine.provider import Provider
from greenshift.errors import EngineError


class Loading:
    """Gets a provider ready for one type after the other, in a thread of its own."""

    def __init__(self, provider: Callable[[], Provider]) -> None:
        """``provider`` is called in that thread."""
        self._provider = provider
        self._wanted: SimpleQueue[str | None] = SimpleQueue()
        self._seen: set[str] = set()
        self._thread = threading.Thread(target=self._load, name="loading", daemon=True)
        self._thread.start()

    def want(self, type_: str) -> None:
        """A resource of this type is to be made; with "", a function of the provider is to be called."""
        if type_ not in self._seen:
            self._seen.add(type_)
            self._wanted.put(type_)

    def close(self) -> None:
        """What has begun is loaded to its end; the rest is loaded by who needs it."""
        self._wanted.put(None)

    def _load(self) -> None:
        # What is wrong with a provider is told where it is used.
        with contextlib.suppress(EngineError):
            provider = self._provider()
            while (type_ := self._wanted.get()) is not None:
                provider.get_ready(type_)

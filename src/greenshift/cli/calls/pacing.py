"""Something sent again and again at a steady rate, while something else goes on."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Generic, Self, TypeVar

Target = TypeVar("Target")


class Paced(ABC, Generic[Target]):
    """Sends to each of its targets from the start of a ``with`` block to its end.

    A request waits for a free one of ``at_once``; when all are busy, some of the rate is left out.
    """

    def __init__(self, targets: Sequence[Target], *, per_second: float, at_once: int) -> None:
        self._targets = targets
        self._interval = 1 / per_second
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="traffic")
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._send_all, name="traffic")
        self._lock = threading.Lock()

    @property
    @abstractmethod
    def sent(self) -> int:
        """Requests that came back, whatever became of them."""

    @abstractmethod
    def _send(self, target: Target, number: int) -> None:
        """The nth request to a target, in a thread of its own; counts what came of it."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _send_all(self) -> None:
        number, due = 0, time.monotonic()
        while not self._ended.wait(max(0.0, due - time.monotonic())):
            for target in self._targets:
                self._pool.submit(self._send, target, number)
            number += 1
            due = max(due + self._interval, time.monotonic() - 1)

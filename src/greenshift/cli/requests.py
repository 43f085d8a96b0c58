"""Requests through aliases, at a steady rate, while something else goes on."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from greenshift.view import FunctionOutputs

Event = Callable[[FunctionOutputs, int], dict[str, Any]]
"""The event of the nth request to a function."""


class Traffic:
    """Sends requests from the start of a ``with`` block to its end; counts answers by version.

    A request waits for a free one of ``at_once``; when all are busy, some of the rate is left out.
    """

    def __init__(
        self,
        client: Any,
        functions: Sequence[FunctionOutputs],
        event: Event,
        *,
        per_second: float,
        at_once: int = 8,
    ) -> None:
        self._client = client
        self._functions = functions
        self._event = event
        self._interval = 1 / per_second
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="traffic")
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._send_all, name="traffic")
        self._lock = threading.Lock()
        self.answers: Counter[tuple[str, str]] = Counter()
        """(function key, version) -> requests answered."""
        self.errors: Counter[tuple[str, str]] = Counter()
        """(function key, version) -> requests that failed."""
        self.seconds: dict[tuple[str, str], list[float]] = defaultdict(list)
        """(function key, version) -> how long each request took."""
        self.unanswered: Counter[tuple[str, str]] = Counter()
        """(function key, error) -> requests no version answered: throttled, or nobody was there."""

    def __enter__(self) -> Traffic:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()
        self._pool.shutdown(wait=True, cancel_futures=True)

    @property
    def sent(self) -> int:
        """Requests that came back, with or without an answer."""
        with self._lock:
            return self.answers.total() + self.errors.total() + self.unanswered.total()

    def _send_all(self) -> None:
        number, due = 0, time.monotonic()
        while not self._ended.wait(max(0.0, due - time.monotonic())):
            for function in self._functions:
                self._pool.submit(self._send, function, number)
            number += 1
            due = max(due + self._interval, time.monotonic() - 1)

    def _send(self, function: FunctionOutputs, number: int) -> None:
        payload = json.dumps(self._event(function, number)).encode()
        began = time.monotonic()
        try:
            answer = self._client.invoke(FunctionName=function.alias_arn, Payload=payload)
        except (ClientError, BotoCoreError) as error:
            with self._lock:
                self.unanswered[function.key, _name(error)] += 1
            return
        took = time.monotonic() - began
        version = answer["ExecutedVersion"]
        with self._lock:
            counter = self.errors if answer.get("FunctionError") else self.answers
            counter[function.key, version] += 1
            self.seconds[function.key, version].append(took)


def _name(error: ClientError | BotoCoreError) -> str:
    if isinstance(error, ClientError):
        return str(error.response["Error"]["Code"])
    return type(error).__name__

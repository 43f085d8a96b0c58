"""Requests through aliases, at a steady rate, while something else goes on."""

from __future__ import annotations

import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from greenshift.cli.calls.pacing import Paced
from greenshift.view import FunctionOutputs

Event = Callable[[FunctionOutputs, int], dict[str, Any]]
"""The event of the nth request to a function."""


class Traffic(Paced[FunctionOutputs]):
    """Invokes functions; counts answers by version."""

    def __init__(
        self,
        client: Any,
        functions: Sequence[FunctionOutputs],
        event: Event,
        *,
        per_second: float,
        at_once: int = 8,
    ) -> None:
        super().__init__(functions, per_second=per_second, at_once=at_once)
        self._client = client
        self._event = event
        self.answers: Counter[tuple[str, str]] = Counter()
        """(function key, version) -> requests answered."""
        self.errors: Counter[tuple[str, str]] = Counter()
        """(function key, version) -> requests that failed."""
        self.seconds: dict[tuple[str, str], list[float]] = defaultdict(list)
        """(function key, version) -> how long each request took."""
        self.unanswered: Counter[tuple[str, str]] = Counter()
        """(function key, error) -> requests no version answered: throttled, or nobody was there."""

    @property
    def sent(self) -> int:
        """Requests that came back, with or without an answer."""
        with self._lock:
            return self.answers.total() + self.errors.total() + self.unanswered.total()

    def _send(self, target: FunctionOutputs, number: int) -> None:
        payload = json.dumps(self._event(target, number)).encode()
        began = time.monotonic()
        try:
            answer = self._client.invoke(FunctionName=target.alias_arn, Payload=payload)
        except (ClientError, BotoCoreError) as error:
            with self._lock:
                self.unanswered[target.key, name_of(error)] += 1
            return
        took = time.monotonic() - began
        version = answer["ExecutedVersion"]
        with self._lock:
            counter = self.errors if answer.get("FunctionError") else self.answers
            counter[target.key, version] += 1
            self.seconds[target.key, version].append(took)


def name_of(error: Exception) -> str:
    """A word for what went wrong: AWS's code, or the error's own name."""
    if isinstance(error, ClientError):
        return str(error.response["Error"]["Code"])
    return type(error).__name__

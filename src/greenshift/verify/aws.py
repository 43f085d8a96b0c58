"""What several checks ask AWS: each is read once, whoever asks first and from whichever thread."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from greenshift.view.stack import Clients

Read = TypeVar("Read")


class Absent(Exception):
    """What a check is about does not exist, and AWS has no error for that."""


class Aws:
    """Reads, remembered for one run of the suite."""

    def __init__(self, clients: Clients) -> None:
        self._make = clients
        self._clients: dict[str, Any] = {}
        self._answers: dict[str, Future[Any]] = {}
        self._lock = threading.Lock()

    def client(self, service: str) -> Any:
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._make(service)
            return self._clients[service]

    def read(self, read: Callable[..., Read], service: str, *parameters: Any) -> Read:
        """What a reader of ``greenshift.reading`` finds, given the service's client and these parameters."""
        name = f"{read.__module__}.{read.__qualname__}"
        found: Read = self._once((name, parameters), lambda: read(self.client(service), *parameters))
        return found

    def _once(self, key: tuple[Any, ...], read: Callable[[], Any]) -> Any:
        text = json.dumps(key, sort_keys=True)
        with self._lock:
            known = self._answers.get(text)
            answer = known or self._answers.setdefault(text, Future())
        if known is None:
            try:
                answer.set_result(read())
            except BaseException as error:
                answer.set_exception(error)
        return answer.result()

"""Calls to AWS that several checks share: each is made once, whoever asks first and from whichever thread."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any, TypeVar

from botocore.exceptions import ClientError

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

    def call(self, service: str, operation: str, **parameters: Any) -> Mapping[str, Any]:
        """One operation in boto3's spelling."""
        answer: Mapping[str, Any] = self._once(
            (service, operation, parameters), lambda: getattr(self.client(service), operation)(**parameters)
        )
        return answer

    def optional(
        self, absent: frozenset[str], service: str, operation: str, **parameters: Any
    ) -> Mapping[str, Any] | None:
        """The same; None when AWS answers with one of the error codes that mean "there is none"."""
        try:
            return self.call(service, operation, **parameters)
        except ClientError as error:
            if error.response["Error"]["Code"] in absent:
                return None
            raise

    def pages(self, service: str, operation: str, member: str, **parameters: Any) -> list[Any]:
        """All items of a paged operation."""

        def read() -> list[Any]:
            pages = self.client(service).get_paginator(operation).paginate(**parameters)
            return [item for page in pages for item in page.get(member, [])]

        found: list[Any] = self._once((service, operation, member, parameters), read)
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

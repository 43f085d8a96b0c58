"""Which of our services a request is for, and in which protocol it speaks.

A table made from botocore's models: the prefix of ``X-Amz-Target`` whole, as botocore sends it, and its last
part alone, as the Go and JavaScript SDKs do; the path of RPC v2 CBOR. A request signed for a service of ours
is ours, whatever it looks like: nothing of it may reach moto, whose state is another world.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from greenshift.twin.moto.wsgi import HttpRequest
from greenshift.twin.service import protocols_of, service_model

Protocol = Literal["json", "rest-json", "query", "cbor"]

# A service that was renamed keeps its old name beside the new one (CodeConnections API reference).
_FORMER_NAMES = {"codestar-connections": "codeconnections"}
_CBOR_PATH = re.compile(r"/service/([^/]+)/operation/([^/]+)/?")
_LAMBDA_PATH = re.compile(r"/20\d\d-\d\d-\d\d/")


@dataclass(frozen=True)
class Routed:
    """A service of ours and how it is spoken to; the operation is empty where the path must tell it."""

    service: str
    protocol: Protocol
    operation: str = ""


class Routes:
    """The table; ``find`` answers None for what is not ours."""

    def __init__(self, services: Iterable[str]) -> None:
        self._services = frozenset(services)
        self.targets: dict[str, str] = {}
        self.signed: dict[str, str] = {}
        self._rest = frozenset(name for name in self._services if protocols_of(name) == {"rest-json"})
        self._query: set[str] = set()
        for model_name, service in self._model_names():
            self._learn(model_name, service)

    def find(self, request: HttpRequest, signed_for: str) -> Routed | None:
        """``signed_for`` is the service in the credential scope; empty where nothing was signed."""
        prefix, _, operation = request.header("x-amz-target").rpartition(".")
        if prefix in self.targets:
            return Routed(self.targets[prefix], "json", operation)
        path = _CBOR_PATH.fullmatch(request.raw_path)
        if path and path[1] in self.targets:
            return Routed(self.targets[path[1]], "cbor", path[2])
        service = self.signed.get(signed_for, "")
        if not signed_for and _LAMBDA_PATH.match(request.raw_path) and "lambda" in self._services:
            service = "lambda"
        if service in self._rest:
            return Routed(service, "rest-json")
        if service:
            return Routed(service, "query" if service in self._query else "json", operation)
        return None

    def _model_names(self) -> Iterator[tuple[str, str]]:
        yield from ((name, name) for name in self._services)
        yield from ((old, new) for old, new in _FORMER_NAMES.items() if new in self._services)

    def _learn(self, model_name: str, service: str) -> None:
        metadata = service_model(model_name).metadata
        if prefix := metadata.get("targetPrefix"):
            self.targets[prefix] = service
            self.targets[prefix.rpartition(".")[2]] = service
        self.signed[metadata.get("signingName") or metadata["endpointPrefix"]] = service
        # A service that left Query still answers those who speak it.
        if "query" in protocols_of(model_name) or "awsQueryCompatible" in metadata:
            self._query.add(service)

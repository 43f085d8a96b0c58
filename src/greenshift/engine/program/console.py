"""The Engine service: what a program logs, and the root resource it registers."""

from __future__ import annotations

from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from greenshift.engine.events import Severity
from greenshift.engine.reporter import Reporter

_SEVERITIES: dict[int, Severity] = {
    engine_pb2.INFO: "info",
    engine_pb2.WARNING: "warning",
    engine_pb2.ERROR: "error",
}


class Console(engine_pb2_grpc.EngineServicer):
    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter
        self._root = ""

    def Log(self, request: Any, context: grpc.ServicerContext) -> Any:
        severity = _SEVERITIES.get(request.severity)
        if severity is not None and not request.ephemeral:
            self._reporter.says(severity, request.message, request.urn)
        return empty_pb2.Empty()

    def GetRootResource(self, request: Any, context: grpc.ServicerContext) -> Any:
        return engine_pb2.GetRootResourceResponse(urn=self._root)

    def SetRootResource(self, request: Any, context: grpc.ServicerContext) -> Any:
        self._root = request.urn
        return engine_pb2.SetRootResourceResponse()

    def StartDebugging(self, request: Any, context: grpc.ServicerContext) -> Any:
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "attaching a debugger is not supported")

    def RequirePulumiVersion(self, request: Any, context: grpc.ServicerContext) -> Any:
        return engine_pb2.RequirePulumiVersionResponse()  # there is no CLI whose version could be wrong

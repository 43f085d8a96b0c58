"""Functions of the program that the engine calls: transforms and hooks. The SDK serves them on a port.

[Pulumi: callback.proto]
"""

from __future__ import annotations

import threading
from typing import Any

import grpc
from pulumi.runtime.proto import callback_pb2, callback_pb2_grpc

from greenshift.errors import EngineError

_LONGEST = 600.0  # seconds; a hook may wait for something outside


class Callbacks:
    """Connections to the program's callback servers, opened when first called. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._channels: dict[str, grpc.Channel] = {}

    def call(self, callback: Any, request: Any, what: str) -> bytes:
        """The serialized answer of a callback; ``what`` names it in an error."""
        stub = callback_pb2_grpc.CallbacksStub(self._channel(callback.target))
        message = callback_pb2.CallbackInvokeRequest(
            token=callback.token, request=request.SerializeToString()
        )
        try:
            answer: bytes = stub.Invoke(message, timeout=_LONGEST).response
        except grpc.RpcError as error:
            said = error.details() if isinstance(error, grpc.Call) else str(error)
            raise EngineError(f"{what} failed: {_cleaned(said or '')}") from error
        return answer

    def close(self) -> None:
        for channel in self._channels.values():
            channel.close()

    def _channel(self, target: str) -> grpc.Channel:
        with self._lock:
            if target not in self._channels:
                options = [("grpc.enable_http_proxy", 0)]
                self._channels[target] = grpc.insecure_channel(target, options=options)
            return self._channels[target]


def _cleaned(said: str) -> str:
    """Without the SDK's own words before the program's."""
    return said.partition(" error: ")[2].strip() or said

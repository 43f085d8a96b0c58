"""What a person should know although nothing is refused: the engine is told, and shows it at the resource."""

from __future__ import annotations

import threading
from contextlib import suppress

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from greenshift.engine.properties.values import Properties
from greenshift.engine.provider import TypeSpec
from greenshift.engine.steps.stand_ins import left_out

_MOST = 64  # engines remembered: one for each run, and runs come and go
_PATIENCE = 5  # seconds


def worth_telling(type_: str, inputs: Properties, spec: TypeSpec) -> list[str]:
    """What of a resource the twin does not have. Pure."""
    if spec.is_stand_in:
        return [f"the twin has no {type_}: it is a stand-in, in the state alone"]
    return [f"the twin has no {key} of {type_}: it is kept, without effect" for key in left_out(spec, inputs)]


class Engines:
    """The engines that speak to us, by connection. Called from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._channels: dict[str, grpc.Channel] = {}
        self._by_connection: dict[str, str] = {}

    def attached(self, connection: str, address: str) -> None:
        """``address`` is where the engine of this connection listens."""
        if not address:
            return
        with self._lock:
            self._by_connection[connection] = address
            if address not in self._channels:
                self._channels[address] = grpc.insecure_channel(address)
            while len(self._channels) > _MOST:
                oldest = next(iter(self._channels))
                self._channels.pop(oldest).close()
                self._by_connection = {c: a for c, a in self._by_connection.items() if a != oldest}

    def warn(self, connection: str, urn: str, message: str) -> None:
        """Nothing happens when the engine is gone, or never said where it is."""
        with self._lock:
            channel = self._channels.get(self._by_connection.get(connection, ""))
        if channel is None:
            return
        request = engine_pb2.LogRequest(severity=engine_pb2.WARNING, message=message, urn=urn)
        with suppress(grpc.RpcError, ValueError):
            engine_pb2_grpc.EngineStub(channel).Log(request, timeout=_PATIENCE)

"""The engine's two services on a free port of this machine, for the program and its SDK."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import grpc
from pulumi.runtime.proto import engine_pb2_grpc, resource_pb2_grpc

from greenshift.engine.program.console import Console
from greenshift.engine.program.monitor import Monitor

_HANDLERS = 40  # more than the program's threads, so that a waiting registration never blocks a log line
_LARGEST_MESSAGE = 400 * 1024 * 1024  # the SDK's own limit


@contextmanager
def serving(monitor: Monitor, console: Console) -> Iterator[str]:
    """``host:port``; on leaving, every call in flight has ended."""
    options = [
        ("grpc.max_receive_message_length", _LARGEST_MESSAGE),
        ("grpc.max_send_message_length", _LARGEST_MESSAGE),
        ("grpc.so_reuseport", 0),
    ]
    pool = ThreadPoolExecutor(_HANDLERS, thread_name_prefix="engine")
    server = grpc.server(pool, options=options)
    resource_pb2_grpc.add_ResourceMonitorServicer_to_server(monitor, server)
    engine_pb2_grpc.add_EngineServicer_to_server(console, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(grace=None).wait()
        pool.shutdown(wait=True)

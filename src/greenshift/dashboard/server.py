"""The page as a server on this machine: it listens before it says where, and ends with Ctrl-C."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable

import uvicorn

from greenshift.dashboard.app import Dashboard
from greenshift.dashboard.guard import Key
from greenshift.dashboard.watched import WatchedStack
from greenshift.errors import UsageError

HOST = "127.0.0.1"


class DashboardServer:
    """Listens from the moment it is made; ``run`` serves until Ctrl-C, or until ``stop``."""

    def __init__(self, stack: WatchedStack, port: int = 0) -> None:
        self._socket = _listen(port)
        self.port: int = self._socket.getsockname()[1]
        self.key = Key(secrets.token_urlsafe(24), self.port)
        self.dashboard = Dashboard(stack, self.key)
        config = _config(self.dashboard)
        config.load()  # what cannot be served fails here, where it was asked for
        self._server = _Server(config, self.dashboard.watcher.close)

    @property
    def address(self) -> str:
        """Without the token."""
        return f"http://{HOST}:{self.port}/"

    @property
    def url(self) -> str:
        """What a person opens; the token in it is good until this server ends."""
        return f"{self.address}?token={self.key.token}"

    def run(self) -> None:
        """Serve; KeyboardInterrupt passes on once everything is closed."""
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self._socket.close()

    def stop(self) -> None:
        """End ``run``; may be called from another thread."""
        self._server.should_exit = True


class _Server(uvicorn.Server):
    """Closes the open streams at once: a page that is left open would hold the server up."""

    def __init__(self, config: uvicorn.Config, close: Callable[[], None]) -> None:
        super().__init__(config)
        self._close = close

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second, on the loop the streams live on."""
        is_over = await super().on_tick(counter)
        if is_over:
            self._close()
        return is_over


def _config(dashboard: Dashboard) -> uvicorn.Config:
    return uvicorn.Config(
        dashboard.app,
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=5,
    )


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        # From now on a browser that comes too early waits instead of being refused.
        listener.listen()
    except OSError:
        listener.close()
        raise UsageError(
            f"port {port} on {HOST} is taken",
            hint="choose another with --port, or leave --port out to take a free one",
        ) from None
    return listener

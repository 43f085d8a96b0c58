"""What a visitor reads by: a clock, and where a commit is seen; set once for each request.

A filter of a template, a tick of an axis and a line of a log all show times, far apart from each other; to
hand the same value to each of them would put it into every signature of the page. ``asyncio.to_thread``
carries it into threads.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

from starlette.types import ASGIApp, Receive, Scope, Send

from greenshift.view import AWS, Hours

CommitUrl = Callable[[str], str]
"""From a commit to where its host shows it; "" where that is not known."""


def nowhere(commit: str) -> str:
    return ""


_HOURS: ContextVar[Hours] = ContextVar("hours", default=AWS)
_COMMIT_URL: ContextVar[CommitUrl] = ContextVar("commit_url", default=nowhere)


def hours() -> Hours:
    """The clock of whoever asked; AWS's, in UTC, outside a request."""
    return _HOURS.get()


def commit_url(commit: str) -> str:
    """Where the visitor sees a commit; "" where nobody knows."""
    return _COMMIT_URL.get()(commit)


class ReadBy:
    """Answers every request of an application by one clock, and with one host of its commits."""

    def __init__(self, app: ASGIApp, shown: Hours, host: CommitUrl = nowhere) -> None:
        self._app = app
        self._hours = shown
        self._host = host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        clock, host = _HOURS.set(self._hours), _COMMIT_URL.set(self._host)
        try:
            await self._app(scope, receive, send)
        finally:
            _HOURS.reset(clock)
            _COMMIT_URL.reset(host)

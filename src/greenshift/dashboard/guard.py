"""Who may speak to the page: only this machine's browser, with the token of this start.

- The Host must be the page's own address, or a foreign name that resolves to 127.0.0.1 could read it.
- The token comes in the printed address once, then in a cookie that other sites' pages cannot send.
- What changes something must also come from a page of ours: the Origin, which a browser always tells.

``greenshift.loopback`` judges Host, Origin and Sec-Fetch-Site, as it does for the twin.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote, urlencode

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from greenshift import loopback
from greenshift.dashboard.answers import refusal
from greenshift.dashboard.problems import Problem
from greenshift.dashboard.render import render
from greenshift.dashboard.watched import WatchedStack
from greenshift.loopback import Objection

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: with it browsers send "Origin: null" from our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_READING = ("GET", "HEAD")
_OPEN = ("/static/",)
"""Needed by the page that says a token is missing."""


@dataclass(frozen=True)
class Key:
    """The token of one start, and the port it is good for: cookies of one host are shared by its ports."""

    token: str
    port: int

    @property
    def cookie(self) -> str:
        return f"greenshift_{self.port}"

    @property
    def hosts(self) -> frozenset[str]:
        return loopback.names(self.port)

    def fits(self, token: str) -> bool:
        return hmac.compare_digest(token.encode(), self.token.encode())


class Guard:
    """Wraps the whole page; whatever it answers carries the same headers."""

    def __init__(self, app: ASGIApp, key: Key, stack: WatchedStack) -> None:
        self._app = app
        self._key = key
        self._stack = stack

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        await self._answer(scope, receive, _with_headers(send))

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        problem = self._objection(request)
        if problem is not None:
            await refusal(request, problem)(scope, receive, send)
        elif "token" in request.query_params:
            await self._welcome(request)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _objection(self, request: Request) -> Problem | None:
        """Why a request is not let through; None when it is."""
        head = loopback.head(request.headers.items())
        found = loopback.objection(head, self._key.hosts)
        if found is Objection.HOST:
            return Problem(HTTPStatus.FORBIDDEN, "this page answers to its own address only")
        is_reading = request.method in _READING
        # A link in somebody's page may lead here, and shows nothing without the cookie.
        is_followed = is_reading and found is Objection.SITE
        if (found is not None and not is_followed) or (not is_reading and not head.origin):
            return Problem(HTTPStatus.FORBIDDEN, "this request does not come from a page of the dashboard")
        if request.url.path.startswith(_OPEN) or self._is_known(request):
            return None
        return Problem(
            HTTPStatus.UNAUTHORIZED,
            "this address lacks its token",
            hint="open the address that greenshift dashboard printed; each start has a new one",
        )

    def _is_known(self, request: Request) -> bool:
        shown = request.query_params.get("token") if request.method in _READING else None
        return self._key.fits(shown if shown is not None else request.cookies.get(self._key.cookie, ""))

    def _welcome(self, request: Request) -> Response:
        """Turn the token into a cookie, and leave the address without it.

        A page that goes on by itself, not a redirect: a browser that was sent here by another site would not
        give a strict cookie back within the same chain of redirects.
        """
        query = {name: value for name, value in request.query_params.items() if name != "token"}
        # One slash: an address that begins with two is another site's.
        path = "/" + quote(request.url.path.lstrip("/\\"))
        target = path + (f"?{urlencode(query)}" if query else "")
        page = render("welcome.html", target=target, stack=self._stack)
        answer = HTMLResponse(page, headers={"Cache-Control": "no-store"})
        answer.set_cookie(self._key.cookie, self._key.token, httponly=True, samesite="strict", path="/")
        return answer


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return sending

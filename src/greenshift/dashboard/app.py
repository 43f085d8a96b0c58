"""The page as an ASGI application: addresses to screens, streams and deeds. Wiring only."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from greenshift.dashboard import requests
from greenshift.dashboard.answers import AsciiJson, refusal, wants_json
from greenshift.dashboard.guard import Guard, Key
from greenshift.dashboard.live import lines_of, parts_of, tail_of
from greenshift.dashboard.problems import Problem, problem_of
from greenshift.dashboard.reader import ReadBy
from greenshift.dashboard.render import render
from greenshift.dashboard.screens import screen
from greenshift.dashboard.watched import Desk, WatchedStack
from greenshift.dashboard.watcher import Watcher

_log = logging.getLogger(__name__)

_STATIC = Path(__file__).parent / "static"
_LARGEST_FORM = 16_384


class Dashboard:
    """One stack's page. ``app`` serves it; ``watcher.close()`` ends every stream it has open."""

    def __init__(self, stack: WatchedStack, key: Key) -> None:
        self.stack = stack
        self.watcher = Watcher(stack.view().snapshot, stack.every_seconds)
        self._desk = Desk(stack)
        self.app: ASGIApp = Guard(ReadBy(self._starlette(), stack.hours, stack.commit_url), key, stack)

    def _starlette(self) -> Starlette:
        return Starlette(
            routes=[
                Mount("/static", StaticFiles(directory=_STATIC)),
                Route("/snapshot.json", self._snapshot),
                Route("/lines", self._lines),
                Route("/live{path:path}", self._parts),
                Route("/confirm/{deed}", self._question),
                Route("/actions/{deed}", self._deed, methods=["POST"]),
                Route("/{path:path}", self._page),
            ],
            exception_handlers={Exception: _refuse, Problem: _refuse, HTTPException: _refuse},
            lifespan=self._lifespan,
        )

    @contextlib.asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        looking = asyncio.create_task(self.watcher.run(), name="watcher")
        yield
        self.watcher.close()
        await looking

    async def _page(self, request: Request) -> Response:
        shown = await asyncio.to_thread(screen, self._desk, request.url.path, dict(request.query_params))
        snapshot = await self.watcher.latest()
        parts = await asyncio.to_thread(shown.parts, snapshot)
        values = {"screen": shown, "parts": parts, "stack": self.stack, "at": snapshot.at}
        return HTMLResponse(render(shown.template, **values, **shown.values()))

    async def _parts(self, request: Request) -> Response:
        path = request.path_params["path"] or "/"
        shown = await asyncio.to_thread(screen, self._desk, path, dict(request.query_params))
        return _stream(parts_of(shown, self.watcher))

    async def _lines(self, request: Request) -> Response:
        tail = await asyncio.to_thread(tail_of, self._desk, request.query_params.get("source", ""))
        return _stream(lines_of(tail, self.watcher, self.stack.details_seconds))

    async def _snapshot(self, request: Request) -> Response:
        return AsciiJson((await self.watcher.latest()).to_json())

    async def _question(self, request: Request) -> Response:
        deed, query = request.path_params["deed"], dict(request.query_params)
        asked = await asyncio.to_thread(requests.question, self._desk, deed, query)
        template = "parts/question.html" if "fragment" in query else "confirm.html"
        return HTMLResponse(render(template, question=asked, stack=self.stack))

    async def _deed(self, request: Request) -> Response:
        done = await asyncio.to_thread(
            requests.do, self._desk, request.path_params["deed"], await _form(request)
        )
        if wants_json(request):
            return AsciiJson({"done": done.text, "place": done.place})
        return RedirectResponse(done.place, 303)


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form as browsers send it; only this kind, so no other reaches a deed."""
    kind = request.headers.get("content-type", "").split(";")[0].strip()
    if kind != "application/x-www-form-urlencoded":
        raise Problem(400, "a form is expected")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_FORM:
            raise Problem(413, f"a form of more than {_LARGEST_FORM} bytes is none of this page's")
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def _stream(messages: AsyncIterator[str]) -> Response:
    return StreamingResponse(messages, media_type="text/event-stream")


async def _refuse(request: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException):
        hint = "see what happens now at: /"
        return refusal(request, Problem(error.status_code, str(error.detail).lower(), hint=hint))
    problem = problem_of(error)
    if problem.status == 500:
        _log.error("answering %s failed", request.url.path, exc_info=error)
    return refusal(request, problem)

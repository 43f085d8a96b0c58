"""Answers that are no screen: a refusal as a page or as JSON, whichever was asked for."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from greenshift.dashboard.problems import Problem
from greenshift.dashboard.render import render


class AsciiJson(JSONResponse):
    """JSON in ASCII: what a terminal would obey is escaped, should somebody print it there."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content, separators=(",", ":"), allow_nan=False).encode("ascii")


def wants_json(request: Request) -> bool:
    """Scripts ask for JSON; so does whoever asks for something that is JSON."""
    return "application/json" in request.headers.get("accept", "") or request.url.path.endswith(".json")


def refusal(request: Request, problem: Problem) -> Response:
    """The problem in the words of the one who asked; live streams get JSON too."""
    if wants_json(request) or "text/event-stream" in request.headers.get("accept", ""):
        return AsciiJson(problem.to_json(), problem.status)
    return HTMLResponse(render("problem.html", problem=problem), problem.status)

"""Answers that are no screen: a refusal as a page or as JSON, whichever was asked for."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from greenshift.dashboard.problems import Problem
from greenshift.dashboard.render import render


def wants_json(request: Request) -> bool:
    """Scripts ask for JSON; so does whoever asks for something that is JSON."""
    return "application/json" in request.headers.get("accept", "") or request.url.path.endswith(".json")


def refusal(request: Request, problem: Problem) -> Response:
    """The problem in the words of the one who asked; live streams get JSON too."""
    if wants_json(request) or "text/event-stream" in request.headers.get("accept", ""):
        return JSONResponse(problem.to_json(), problem.status)
    return HTMLResponse(render("problem.html", problem=problem), problem.status)

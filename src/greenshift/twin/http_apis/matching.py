"""Which route serves a request. Pure.

API Gateway developer guide, "Routing API requests": a full match of method and path, then one with a greedy
variable, then ``$default``; of several, the most specific, and a method before ``ANY``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from greenshift.twin.http_apis.definitions import Api, Route, Stage

DEFAULT = "$default"


@dataclass(frozen=True)
class Match:
    """A route, and the values of the variables in its path."""

    route: Route
    parameters: Mapping[str, str]


def stage_of(api: Api, path: str) -> tuple[Stage, str] | None:
    """The stage a path begins with and the rest; an HTTP API's ``$default`` stage has no name in it."""
    first, _, rest = path.removeprefix("/").partition("/")
    if first in api.stages:
        return api.stages[first], f"/{rest}"
    if api.kind == "http" and DEFAULT in api.stages:
        return api.stages[DEFAULT], path
    return None


def find(api: Api, method: str, path: str) -> Match | None:
    best: tuple[tuple[int, ...], Match] | None = None
    for route in api.routes:
        found = _fit(route, method, path)
        if found is not None and (best is None or found[0] > best[0]):
            best = found
    return best[1] if best else None


def _fit(route: Route, method: str, path: str) -> tuple[tuple[int, ...], Match] | None:
    if route.key == DEFAULT:
        return (-1,), Match(route, {})
    wanted, _, pattern = route.key.partition(" ")
    if wanted not in ("ANY", method):
        return None
    found = _parts(pattern, path)
    if found is None:
        return None
    ranks, parameters = found
    # A greedy route loses to any other; then the leftmost literal part decides, then the method.
    is_full = 0 if 0 in ranks else 1
    return (is_full, *ranks, 1 if wanted == method else 0), Match(route, parameters)


def _parts(pattern: str, path: str) -> tuple[tuple[int, ...], dict[str, str]] | None:
    """2 for each literal part, 1 for a variable, 0 for a greedy one; None where they do not fit."""
    wanted, given = pattern.strip("/").split("/"), path.strip("/").split("/")
    ranks: list[int] = []
    parameters: dict[str, str] = {}
    for place, part in enumerate(wanted):
        if part.startswith("{") and part.endswith("+}"):
            rest = given[place:]
            if not rest or rest == [""]:
                return None
            parameters[part[1:-2]] = "/".join(rest)
            return (*ranks, 0), parameters
        if place >= len(given):
            return None
        if part.startswith("{") and part.endswith("}"):
            if not given[place]:
                return None
            parameters[part[1:-1]] = given[place]
            ranks.append(1)
        elif part == given[place]:
            ranks.append(2)
        else:
            return None
    return (tuple(ranks), parameters) if len(wanted) == len(given) else None

"""What builds and functions print. The lines come on a stream of their own, not as parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from greenshift.dashboard.render import render
from greenshift.dashboard.watched import WatchedStack
from greenshift.dashboard.words import first_line, short
from greenshift.view import ExecutionView, Snapshot


@dataclass(frozen=True)
class Source:
    """``name`` is ``build:<id>``, ``function:<key>`` or ``controller``."""

    name: str
    label: str


class LogsScreen:
    tab = "logs"
    template = "logs.html"
    title = "Logs"

    def __init__(self, stack: WatchedStack, query: Mapping[str, str]) -> None:
        self._stack = stack
        self.source = query.get("source", "")

    def values(self) -> Mapping[str, Any]:
        functions = [Source(f"function:{each.key}", each.key) for each in self._stack.outputs.functions]
        return {"source": self.source, "functions": functions, "has_controller": self._has_controller}

    @property
    def _has_controller(self) -> bool:
        return bool(self._stack.outputs.controller)

    def parts(self, snapshot: Snapshot) -> dict[str, str]:
        builds = [found for execution in snapshot.pipeline.executions for found in _builds(execution)]
        names = {build.name for build in builds}
        if self.source.startswith("build:") and self.source not in names:
            builds.append(Source(self.source, f"build {self.source.rsplit(':', 1)[-1][:8]}"))
        return {"builds": render("parts/log-builds.html", builds=builds, source=self.source)}


def _builds(execution: ExecutionView) -> Iterator[Source]:
    for stage in execution.stages:
        for action in stage.actions:
            if action.category == "Build" and action.external_id:
                what = f"{short(execution.commit)} {first_line(execution.message)}".strip()
                yield Source(f"build:{action.external_id}", f"{action.name} of {what}"[:70])

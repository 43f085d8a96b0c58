"""What builds and functions print. The lines come on a stream of their own, not as parts."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from greenshift.dashboard.render import render
from greenshift.dashboard.watched import Desk
from greenshift.dashboard.words import first_line, short, state
from greenshift.view import BuildView, Snapshot


@dataclass(frozen=True)
class Source:
    """``name`` is ``build:<id>``, ``function:<key>`` or ``controller``; ``of`` is what a build built."""

    name: str
    label: str
    of: str = ""
    has_failed: bool = False


class LogsScreen:
    tab = "logs"
    template = "logs.html"
    title = "Logs"

    def __init__(self, desk: Desk, query: Mapping[str, str]) -> None:
        self._desk = desk
        self.source = query.get("source", "")
        self._builds: tuple[BuildView, ...] = ()
        self._read_at = float("-inf")

    def values(self) -> Mapping[str, Any]:
        outputs = self._desk.stack.outputs
        functions = [Source(f"function:{each.key}", each.key) for each in outputs.functions]
        return {"source": self.source, "functions": functions, "has_controller": bool(outputs.controller)}

    def parts(self, snapshot: Snapshot) -> dict[str, str]:
        builds = list(_sources(self._read(), _messages(snapshot)))
        names = {build.name for build in builds}
        if self.source.startswith("build:") and self.source not in names:
            builds.append(Source(self.source, f"build {self.source.rsplit(':', 1)[-1][:8]}"))
        return {"builds": render("parts/log-builds.html", builds=builds, source=self.source)}

    def _read(self) -> tuple[BuildView, ...]:
        """Every build lately, those of a stage that was retried too; read again after a moment."""
        if time.monotonic() - self._read_at >= self._desk.stack.details_seconds:
            with self._desk.view() as view:
                self._builds = view.builds()
            self._read_at = time.monotonic()
        return self._builds


def _messages(snapshot: Snapshot) -> dict[str, str]:
    """What was committed, as far as the pipeline and the ledger's first page remember it."""
    executions = {each.commit: each.message for each in snapshot.pipeline.executions}
    return {each.commit: each.message for each in snapshot.ledger.releases} | executions


def _sources(builds: tuple[BuildView, ...], messages: Mapping[str, str]) -> Iterator[Source]:
    for build in builds:
        what = f"{short(build.commit)} {first_line(messages.get(build.commit, ''))}".strip()
        has_failed = state(build.status).tone == "bad"
        yield Source(f"build:{build.id}", f"Build {build.number}", what[:70], has_failed)

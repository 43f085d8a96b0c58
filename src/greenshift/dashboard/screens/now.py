"""The first page: what happens now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from greenshift.dashboard.render import render
from greenshift.dashboard.screens.shared import LANES, charts_part, sources_part
from greenshift.dashboard.standing import figure_of, step_of
from greenshift.dashboard.subject import Subject, subject_of
from greenshift.dashboard.watched import WatchedStack
from greenshift.view import ExecutionView, FunctionView, ReleaseView, Snapshot
from greenshift.view.live import has_way_back, live_in
from greenshift.view.moving import doing_in

_RECENT = 6
_LIVE = 24
"""Functions that are named on the first page, what is unlike the others first; the others are counted."""


class NowScreen:
    tab = "now"
    template = "now.html"
    title = "Now"

    def __init__(self, stack: WatchedStack, query: Mapping[str, str]) -> None:
        self._stack = stack
        self._query = query

    def values(self) -> Mapping[str, Any]:
        return {}

    def parts(self, snapshot: Snapshot) -> dict[str, str]:
        subject, found = subject_of(snapshot), live_in(snapshot)
        return {
            "title": escape(f"{subject.summary} · {snapshot.pipeline.name} · Greenshift"),
            "said": escape(subject.sentence),
            "attention": self._attention(snapshot),
            "hero": self._hero(snapshot, subject),
            "pipeline": self._pipeline(snapshot, subject),
            "lanes": _lanes(snapshot, subject),
            "live": render(
                "parts/live.html",
                functions=_unlike_first(snapshot.functions),
                most=_LIVE,
                release=found,
            ),
            "charts": charts_part(snapshot, self._query, is_earlier=subject.release is None),
            "sources": sources_part(snapshot.sources),
            "recent": render(
                "parts/releases.html",
                releases=snapshot.ledger.releases[:_RECENT],
                live=found,
                nothing="No release has begun yet.",
            ),
        }

    def _hero(self, snapshot: Snapshot, subject: Subject) -> str:
        return render(
            "parts/hero.html",
            subject=subject,
            at=snapshot.at,
            figure=figure_of(snapshot, subject),
            step=step_of(subject, snapshot.at),
            can_roll_back=has_way_back(snapshot.ledger),
            read_only=self._stack.read_only,
        )

    def _attention(self, snapshot: Snapshot) -> str:
        return render("parts/attention.html", attention=snapshot.attention, read_only=self._stack.read_only)

    def _pipeline(self, snapshot: Snapshot, subject: Subject) -> str:
        """A rollback goes past the pipeline: what it did last is then shown as that, and not as now."""
        pipeline = snapshot.pipeline
        unused = next(iter(pipeline.executions), None) if subject.is_way_back else None
        execution = unused or subject.execution
        return render(
            "parts/pipeline.html",
            pipeline=pipeline,
            shown=execution.id if execution else "",
            why=subject.why,
            doing={each.name: doing_in(each, snapshot) for each in pipeline.stages},
            unused=unused,
            unused_status=_status(snapshot, unused) if unused else "",
            executions={each.id: each for each in pipeline.executions},
            waiting={each.stage for each in snapshot.attention if each.kind == "approval"},
        )


def _status(snapshot: Snapshot, execution: ExecutionView) -> str:
    """What became of its release: CodePipeline says "failed" of one that was rolled back, too."""
    releases = {each.id: each.status for each in snapshot.ledger.releases}
    return releases.get(execution.id, execution.status)


def _unlike_first(functions: Sequence[FunctionView]) -> list[FunctionView]:
    """Alarms first, then what moves, then what serves something no release made live; each in their order."""
    return sorted(functions, key=_place)


def _place(function: FunctionView) -> int:
    if function.alarm_state == "ALARM":
        return 0
    if function.new_version:
        return 1
    return 2 if not function.version or function.is_bootstrap or function.released else 3


def _lanes(snapshot: Snapshot, subject: Subject) -> str:
    if not subject.shifts:
        return ""
    functions = {function.key: function for function in snapshot.functions}
    template = "parts/lanes.html" if len(subject.shifts) <= LANES else "parts/mosaic.html"
    waves = _waves(subject.release) if subject.release else {}
    return render(template, shifts=subject.shifts, functions=functions, release=subject.release, waves=waves)


def _waves(release: ReleaseView) -> dict[str, int]:
    """Which wave each function moves in, counted from 1; nothing when all move together."""
    waves = {function.key: function.wave + 1 for function in release.functions}
    return waves if len(set(waves.values())) > 1 else {}

"""One release in full: every moment of it, its functions, and its charts while they are known."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from greenshift.dashboard import words
from greenshift.dashboard.comparison import before
from greenshift.dashboard.problems import Problem
from greenshift.dashboard.render import render
from greenshift.dashboard.screens.shared import charts_part, sources_part, whole_id
from greenshift.dashboard.watched import Desk
from greenshift.view import Snapshot, Timeline
from greenshift.view.live import is_served, live_in
from greenshift.view.started import started

_UNKNOWN = "neither the ledger nor the pipeline knows the release {}"


class ReleaseScreen:
    tab = "history"
    template = "release.html"

    def __init__(self, desk: Desk, release_id: str, query: Mapping[str, str]) -> None:
        self._desk = desk
        self._id = release_id
        self._query = query
        self._read_at = float("-inf")
        self._timeline: Timeline | None = None

    @property
    def title(self) -> str:
        return words.named(self._id).capitalize()

    def values(self) -> Mapping[str, Any]:
        return {"id": self._id}

    def parts(self, snapshot: Snapshot) -> dict[str, str]:
        timeline = self._read()
        is_current = snapshot.release is not None and snapshot.release.id == self._id
        return {
            "head": self._head(timeline, snapshot),
            "charts": charts_part(snapshot, self._query)
            if is_current
            else self._elsewhere(snapshot, timeline),
            "sources": sources_part(timeline.sources),
            "functions": render("parts/release-functions.html", release=timeline.release),
            "builds": render("parts/release-builds.html", builds=timeline.builds),
            "timeline": render("parts/timeline.html", moments=timeline.moments),
        }

    def _elsewhere(self, snapshot: Snapshot, timeline: Timeline) -> str:
        """Where to read of a release what charts tell of the latest one."""
        is_told = timeline.release is not None and timeline.release.changed
        if not is_told or not _has_earlier(snapshot, timeline):
            return ""
        return render("parts/charts-elsewhere.html", id=self._id)

    def _head(self, timeline: Timeline, snapshot: Snapshot) -> str:
        release, execution = timeline.release, timeline.execution
        build = _build_of(timeline)
        return render(
            "parts/release-head.html",
            id=self._id, release=release, execution=execution, build=build,
            begun=started(release, execution), is_live=_is_live(snapshot, self._id),
            is_served=release is not None and is_served(release, snapshot.functions),
            has_earlier=_has_earlier(snapshot, timeline), read_only=self._desk.stack.read_only,
        )  # fmt: skip

    def _read(self) -> Timeline:
        """What has ended is read once; what has not, again after a moment."""
        known = self._timeline
        is_due = time.monotonic() - self._read_at >= self._desk.stack.details_seconds
        if known is None or (is_due and not _has_ended(known)):
            with self._desk.view() as view:
                known = view.timeline(self._id)
                if not _is_known(known):
                    self._id = whole_id(view, self._id)
                    known = view.timeline(self._id)
            if not _is_known(known):
                raise Problem(404, _UNKNOWN.format(self._id), hint="see all releases at: /history")
            self._timeline, self._read_at = known, time.monotonic()
        return known


def _is_known(timeline: Timeline) -> bool:
    return timeline.release is not None or timeline.execution is not None


def _has_ended(timeline: Timeline) -> bool:
    is_settled = timeline.release is None or timeline.release.has_ended
    return is_settled and (timeline.execution is None or timeline.execution.has_ended)


def _is_live(snapshot: Snapshot, id_: str) -> bool:
    found = live_in(snapshot)
    return found is not None and found.id == id_


def _has_earlier(snapshot: Snapshot, timeline: Timeline) -> bool:
    """Whether there is one to compare with: on the ledger's first page, or on those after it."""
    page, release = snapshot.ledger, timeline.release
    return release is not None and (bool(page.next) or before(page.releases, release) is not None)


def _build_of(timeline: Timeline) -> str:
    """The id of its build in CodeBuild; empty when it has not come so far."""
    stages = timeline.execution.stages if timeline.execution else ()
    actions = (action for stage in stages for action in stage.actions if action.category == "Build")
    return next((action.external_id for action in actions if action.external_id), "")

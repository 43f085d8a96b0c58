"""One function: where its traffic goes, its last hour, and the releases that changed it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from greenshift.dashboard.charts import Sparks, sparks_of
from greenshift.dashboard.problems import Problem
from greenshift.dashboard.render import render
from greenshift.dashboard.watched import Desk
from greenshift.view import FunctionTraffic, LedgerPage, Query, Snapshot
from greenshift.view.live import live_in
from greenshift.view.moments import iso

_RELEASES = 12
_HOUR = timedelta(hours=1)


class FunctionScreen:
    tab = "functions"
    template = "function.html"

    def __init__(self, desk: Desk, key: str) -> None:
        self._desk = desk
        self._function = next((each for each in desk.stack.outputs.functions if each.key == key), None)
        if self._function is None:
            raise Problem(404, f"this stack has no function {key!r}", hint="see all functions at: /functions")
        self._read_at = float("-inf")
        self._traffic: FunctionTraffic | None = None
        self._until: datetime | None = None
        self._page = LedgerPage(())

    @property
    def title(self) -> str:
        return self._function.key if self._function else ""

    def values(self) -> Mapping[str, Any]:
        return {"function": self._function}

    def parts(self, snapshot: Snapshot) -> dict[str, str]:
        self._read()
        key = self.title
        function = next((each for each in snapshot.functions if each.key == key), None)
        alarm = next((each for each in snapshot.alarms if each.function == key), None)
        return {
            "standing": render("parts/standing.html", function=function, alarm=alarm),
            "traffic": render("parts/function-traffic.html", sparks=self._sparks()),
            "releases": render("parts/releases.html", releases=self._page.releases, live=live_in(snapshot)),
        }

    def _sparks(self) -> Sparks | None:
        if self._traffic is None or self._until is None:
            return None
        return sparks_of(self._traffic, iso(self._until - _HOUR), iso(self._until))

    def _read(self) -> None:
        """Metrics cost money on AWS, and the ledger changes with releases only: not with every look."""
        if self._function is None or time.monotonic() - self._read_at < self._desk.stack.details_seconds:
            return
        with self._desk.view() as view:
            self._page = view.ledger_page("", _RELEASES, Query(function=self._function.name))
            self._until = view.now()
            self._traffic = view.traffic(self._function.key, self._page.releases, _HOUR)
        self._read_at = time.monotonic()

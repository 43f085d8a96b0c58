"""The ledger, filtered and page by page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from greenshift.dashboard.render import render
from greenshift.dashboard.screens.search import Found, Wanted, search
from greenshift.dashboard.watched import Desk
from greenshift.dashboard.words import ENDINGS
from greenshift.view import ReleaseView, Snapshot
from greenshift.view.live import live_in


class HistoryScreen:
    tab = "history"
    template = "history.html"
    title = "History"

    def __init__(self, desk: Desk, query: Mapping[str, str]) -> None:
        self._desk = desk
        keys = {each.key for each in desk.stack.outputs.functions}
        self._wanted = Wanted(
            function=query.get("function", "") if query.get("function") in keys else "",
            status=query.get("status", "") if query.get("status") in ENDINGS else "",
            text=query.get("text", "").strip(),
            start=query.get("start", ""),
        )
        self._newest: tuple[ReleaseView, ...] | None = None
        self._found = Found((), "")

    def values(self) -> Mapping[str, Any]:
        return {
            "wanted": self._wanted,
            "endings": ENDINGS,
            "functions": [each.key for each in self._desk.stack.outputs.functions],
        }

    def parts(self, snapshot: Snapshot) -> dict[str, str]:
        if snapshot.ledger.releases != self._newest:
            with self._desk.view() as view:
                self._found = search(view, self._desk.stack.outputs, self._wanted)
            self._newest = snapshot.ledger.releases
        return {
            "results": render(
                "parts/results.html",
                found=self._found,
                older=self._older(),
                live=live_in(snapshot),
            )
        }

    def _older(self) -> str:
        """The address of the page after this one; empty on the last."""
        if not self._found.next:
            return ""
        kept = {"function": self._wanted.function, "status": self._wanted.status, "text": self._wanted.text}
        query = {name: value for name, value in kept.items() if value}
        return f"/history?{urlencode({**query, 'start': self._found.next})}"

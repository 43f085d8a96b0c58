"""Two releases side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from greenshift.dashboard import words
from greenshift.dashboard.comparison import Between, Settings, Went, before, beside, commit_of, pairs, went
from greenshift.dashboard.problems import Problem
from greenshift.dashboard.render import render
from greenshift.dashboard.screens.shared import whole_id
from greenshift.dashboard.watched import Desk
from greenshift.view import LedgerPage, ReleaseView, Snapshot, StackView
from greenshift.view.focus import AFTER

_CHOICE = 30
"""Releases that can be chosen; any other by its address."""
_ASKED = 24
"""Functions whose settings are compared: Lambda is asked for two versions of each."""


class CompareScreen:
    tab = "history"
    template = "compare.html"

    def __init__(self, desk: Desk, query: Mapping[str, str]) -> None:
        with desk.view() as view:
            self._page: LedgerPage = view.ledger_page(limit=_CHOICE)
            self._newer = _chosen(self._page, query.get("to", ""), view)
            older = _chosen(self._page, query["from"], view) if query.get("from") else None
            self._older = older or before(self._page.releases, self._newer)
            if self._older is None:
                raise Problem(
                    404, "there is no earlier release to compare with", hint="see all releases at: /history"
                )
            self._went = [went(view.served(each)) for each in (self._older, self._newer)]
            self._settings = _settings(view, self._older, self._newer)
        commits = [commit_of(each, self._page.releases) for each in (self._older, self._newer)]
        self._between = desk.stack.between(*commits) if all(commits) else Between()

    @property
    def title(self) -> str:
        assert self._older is not None
        return f"{words.short(self._older.id)} and {words.short(self._newer.id)}"

    def values(self) -> Mapping[str, Any]:
        return {"releases": self._page.releases, "older": self._older, "newer": self._newer}

    def parts(self, snapshot: Snapshot) -> dict[str, str]:
        older, newer = self._older, self._newer
        assert older is not None
        pair: list[tuple[ReleaseView, Went]] = list(zip((older, newer), self._went, strict=True))
        return {
            "pair": render("parts/compare-pair.html", pair=pair, after=AFTER.total_seconds()),
            "functions": render(
                "parts/compare-functions.html",
                functions=beside(older, newer, self._between, self._settings),
                most=_ASKED,
                asked=set(self._settings),
                other=self._between.files.get("", ()),
                is_known=self._between.is_known,
            ),
            "commits": render("parts/compare-commits.html", between=self._between),
        }


def _chosen(page: LedgerPage, id_: str, view: StackView) -> ReleaseView:
    """The release whose id this is, or begins; the newest one when none is named."""
    if not id_:
        if not page.releases:
            raise Problem(
                404,
                "nothing was released yet, so there is nothing to compare",
                hint="see what happens now at: /",
            )
        return page.releases[0]
    known = next((each for each in page.releases if each.id == id_), None)
    found = known or view.release(id_) or view.release(whole_id(view, id_))
    if found is None:
        raise Problem(404, f"the ledger has no release {id_}", hint="see all releases at: /history")
    return found


def _settings(view: StackView, older: ReleaseView, newer: ReleaseView) -> Settings:
    asked = pairs(older, newer)[:_ASKED]
    return {each.key: view.settings_between(each.name, each.older, each.newer) for each in asked}

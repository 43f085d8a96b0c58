"""The first page of the ledger, kept: only what may still change is read again.

An ended release is final but for three things: events that come late are noted on it for some minutes, a
stage that is tried again brings it back to life, and the newest may be repaired long after.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from greenshift.view import ledger
from greenshift.view.model import LedgerPage, ReleaseView
from greenshift.view.moments import parsed
from greenshift.view.undone import marked

_NOTES_COME = timedelta(minutes=5)


class NewestReleases:
    """One pipeline's newest releases. A look costs one read, and one more while a release may change."""

    def __init__(self, client: Any, table: str, pipeline: str, size: int) -> None:
        self._client = client
        self._table = table
        self._pipeline = pipeline
        self._size = size
        self._rows: list[ReleaseView] = []
        self._next = ""
        self._is_read = False

    def read(self, now: datetime, running: Collection[str] = ()) -> LedgerPage:
        """The page; ``running`` are the executions under way, whose releases are read whatever they say."""
        if not self._is_read:
            first = ledger.page(self._client, self._table, self._pipeline, self._size)
            self._rows, self._next, self._is_read = list(first.releases), first.next, True
        else:
            self._add_newer()
            self._refresh(now, running)
        return LedgerPage(marked(self._rows), self._next)

    def _add_newer(self) -> None:
        """Rows that came since, and the newest one of before as it is now: the search for them ends there."""
        known = {row.id for row in self._rows}
        page = ledger.page(self._client, self._table, self._pipeline, 1)
        newer = list(page.releases)
        while newer and newer[-1].id not in known and page.next and len(newer) < self._size:
            page = ledger.page(self._client, self._table, self._pipeline, 1, page.next)
            newer += page.releases
        seen = {row.id for row in newer}
        self._rows = newer + [row for row in self._rows if row.id not in seen]
        if len(self._rows) > self._size:
            self._rows = self._rows[: self._size]
            self._next = ledger.after(self._rows[-1], self._pipeline)

    def _refresh(self, now: datetime, running: Collection[str]) -> None:
        open_ones = [row.id for row in self._rows if row.id in running or not _is_final(row, now)]
        if open_ones:
            fresh = ledger.by_ids(self._client, self._table, open_ones)
            self._rows = [fresh.get(row.id, row) for row in self._rows]


def _is_final(row: ReleaseView, now: datetime) -> bool:
    ended = parsed(row.ended_at)
    return ended is not None and now - ended > _NOTES_COME

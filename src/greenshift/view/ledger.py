"""The ledger as releases: one, many, and page by page with filters."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from typing import Any

from greenshift.contract.undone import may_be_undone
from greenshift.reading.ledger import (
    Item,
    Position,
    Query,
    read_newest,
    read_page,
    read_row,
    read_rows,
    read_since,
    releases_named,
)
from greenshift.view.model import AsideView, LedgerPage, ReleaseView
from greenshift.view.rows import release_of
from greenshift.view.undone import marked

__all__ = ["Query", "after", "aside", "by_ids", "page", "release", "releases", "with_undone"]

# A filter may find nothing in a page of rows; a page of ours reads so many of DynamoDB's at most.
_READS = 20
# Whether a release was taken back is looked for in so many after it: nobody goes back further.
_LATER = 100


def release(client: Any, table: str, release_id: str) -> ReleaseView | None:
    """One release; None when the ledger does not have it (yet)."""
    item = read_row(client, table, release_id)
    return release_of(item) if item else None


def aside(client: Any, table: str, id_: str) -> AsideView | None:
    """What became of an execution, or of a rollback that was asked for, when it was no release."""
    item = read_row(client, table, f"aside/{id_}")
    return AsideView(item["because"]["S"], item.get("release", {}).get("S", "")) if item else None


def releases(client: Any, table: str, pipeline: str, limit: int) -> Iterator[ReleaseView]:
    """The releases of a pipeline, newest first, at most ``limit``."""
    return (release_of(item) for item in read_newest(client, table, pipeline, limit))


def by_ids(client: Any, table: str, ids: Sequence[str]) -> dict[str, ReleaseView]:
    """Releases as they are now, by id; those that do not exist are left out."""
    views = (release_of(item) for item in read_rows(client, table, ids))
    return {view.id: view for view in views}


def page(
    client: Any, table: str, pipeline: str, limit: int, start: str = "", query: Query | None = None
) -> LedgerPage:
    """Up to ``limit`` releases, newest first, from where the page before ended."""
    wanted = query or Query()
    found: list[ReleaseView] = []
    position = _position(start)
    for _ in range(_READS):
        items, position = read_page(client, table, pipeline, wanted, limit - len(found), position)
        found += _releases(client, table, items, wanted)
        if not position or len(found) >= limit:
            break
    return LedgerPage(tuple(found), _text(position) if position else "")


def with_undone(
    client: Any, table: str, pipeline: str, found: Sequence[ReleaseView]
) -> tuple[ReleaseView, ...]:
    """The releases, with what took them back later: of some, those after them are read for it."""
    first = min((each.started_at for each in found if may_be_undone(each)), default="")
    if not first:
        return tuple(found)
    later = read_since(client, table, pipeline, first, len(found) + _LATER)
    return marked(found, [release_of(item) for item in later])


def _releases(client: Any, table: str, items: Sequence[Item], query: Query) -> list[ReleaseView]:
    if not query.function:
        return [release_of(item) for item in items]
    ids = releases_named(items)
    found = by_ids(client, table, ids)
    rows = [found[each] for each in ids if each in found]
    return [row for row in rows if not query.status or row.status == query.status]


def after(release: ReleaseView, pipeline: str, query: Query | None = None) -> str:
    """Where the page after this release starts: the keys of the index and of the table."""
    if query is not None and query.function:
        keys = {"deploymentId": f"{release.id}/{query.key}", "function": query.function}
    else:
        keys = {"deploymentId": release.id, "pipeline": pipeline}
    keys["startedAt"] = release.started_at
    return _text({name: {"S": value} for name, value in keys.items()})


def _position(start: str) -> Position | None:
    if not start:
        return None
    position: Position = json.loads(base64.urlsafe_b64decode(start))
    return position


def _text(position: Position) -> str:
    """Where a page ended, as a word that can be typed and put in an address."""
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode()

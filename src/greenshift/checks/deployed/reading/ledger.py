"""The ledger: the newest releases, older ones where they say what is live, and executions without a row."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from greenshift.contract.left_at import left_at
from greenshift.reading.executions import Execution
from greenshift.reading.ledger import Query, read_page, releases_named
from greenshift.view import FunctionOutputs, ReleaseView, StackOutputs, ledger

_RELEASES = 50
# Newest rows of one function that are looked at; several may belong to releases that have not ended.
_HISTORY = 5
_CALLS_AT_ONCE = 8


@dataclass(frozen=True)
class Rows:
    releases: tuple[ReleaseView, ...]
    unrecorded: frozenset[str]


def read(client: Any, outputs: StackOutputs, executions: Iterable[Execution]) -> Rows:
    """The newest releases; and single rows of what they leave open.

    An index lags the table: a release that has just ended would look as if it had none, and what was live
    before it as what should be. So a row without an end, or not listed yet, is read from the table itself.
    """
    listed = tuple(ledger.releases(client, outputs.table, outputs.pipeline, _RELEASES))
    ended = {release.id: release for release in listed if release.ended_at}
    unheard = [each for each in outputs.functions if left_at(each.name, ended.values()) is None]
    with ThreadPoolExecutor(_CALLS_AT_ONCE) as pool:
        histories = pool.map(lambda function: _history(client, outputs, function), unheard)
        mentioned = {release for history in histories for release in history}
        wanted = {release.id for release in listed} | {each.id for each in executions} | mentioned
        ids = sorted(wanted - ended.keys())
        rows = list(pool.map(lambda id_: ledger.release(client, outputs.table, id_), ids))
    releases = [*ended.values(), *(row for row in rows if row is not None)]
    releases.sort(key=lambda release: release.started_at, reverse=True)
    missing = (
        id_
        for id_, row in zip(ids, rows, strict=True)
        if row is None and ledger.aside(client, outputs.table, id_) is None
    )
    return Rows(tuple(releases), frozenset(missing))


def _history(client: Any, outputs: StackOutputs, function: FunctionOutputs) -> list[str]:
    """The ids of the releases that last changed a function."""
    query = Query(function=function.name)
    items, _ = read_page(client, outputs.table, outputs.pipeline, query, _HISTORY)
    return releases_named(items)

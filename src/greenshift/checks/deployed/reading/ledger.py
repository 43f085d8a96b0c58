"""The ledger: the newest releases, older ones where they say what is live, and executions without a row."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from greenshift.checks.deployed.facts import ExecutionFacts
from greenshift.view import FunctionOutputs, ReleaseView, StackOutputs, ledger

_RELEASES = 50
# Newest rows of one function that are looked at; several may belong to releases that have not ended.
_HISTORY = 5
_CALLS_AT_ONCE = 8


@dataclass(frozen=True)
class Rows:
    releases: tuple[ReleaseView, ...]
    unrecorded: frozenset[str]


def read(client: Any, outputs: StackOutputs, executions: Iterable[ExecutionFacts]) -> Rows:
    """The newest releases; and single rows of what they leave open."""
    newest = tuple(ledger.releases(client, outputs.table, outputs.pipeline, _RELEASES))
    unheard = [function for function in outputs.functions if not _is_told(function.key, newest)]
    unlisted = [each.id for each in executions if each.id not in {release.id for release in newest}]
    with ThreadPoolExecutor(_CALLS_AT_ONCE) as pool:
        ids = {
            id_ for some in pool.map(lambda f: _history(client, outputs.table, f), unheard) for id_ in some
        }
        wanted = sorted({*unlisted, *ids} - {release.id for release in newest})
        rows = pool.map(lambda id_: ledger.release(client, outputs.table, id_), wanted)
        found = dict(zip(wanted, rows, strict=True))
    releases = [*newest, *(release for release in found.values() if release is not None)]
    releases.sort(key=lambda release: release.started_at, reverse=True)
    return Rows(tuple(releases), frozenset(id_ for id_ in unlisted if found[id_] is None))


def _is_told(key: str, releases: Iterable[ReleaseView]) -> bool:
    """Whether an ended release says where this function is: each that was published names all functions."""
    return any(
        part.key == key and part.from_version
        for release in releases
        if release.ended_at
        for part in release.functions
    )


def _history(client: Any, table: str, function: FunctionOutputs) -> list[str]:
    """The ids of the releases that last changed a function."""
    answer = client.query(
        TableName=table,
        IndexName="byFunction",
        KeyConditionExpression="#function = :name",
        ExpressionAttributeNames={"#function": "function"},
        ExpressionAttributeValues={":name": {"S": function.name}},
        ScanIndexForward=False,
        Limit=_HISTORY,
    )
    return [item["release"]["S"] for item in answer["Items"] if "release" in item]

"""The ledger's table, read: one release, many, and page by page with filters."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from greenshift.view.model import LedgerPage, ReleaseView
from greenshift.view.rows import release_of

INDEX_BY_PIPELINE = "byPipeline"
INDEX_BY_FUNCTION = "byFunction"
# API reference: BatchGetItem, at most 100 items.
_BATCH = 100
# A filter may find nothing in a page of rows; a page of ours reads so many of DynamoDB's at most.
_READS = 20


def release(client: Any, table: str, release_id: str) -> ReleaseView | None:
    """One release; None when the ledger does not have it (yet)."""
    key = {"deploymentId": {"S": release_id}}
    item = client.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
    return release_of(item) if item else None


def releases(client: Any, table: str, pipeline: str, limit: int) -> Iterator[ReleaseView]:
    """The releases of a pipeline, newest first, at most ``limit``."""
    pages = client.get_paginator("query").paginate(
        TableName=table,
        IndexName=INDEX_BY_PIPELINE,
        KeyConditionExpression="pipeline = :pipeline",
        ExpressionAttributeValues={":pipeline": {"S": pipeline}},
        ScanIndexForward=False,
        PaginationConfig={"MaxItems": limit},
    )
    for page in pages:
        for item in page["Items"]:
            yield release_of(item)


def by_ids(client: Any, table: str, ids: Sequence[str]) -> dict[str, ReleaseView]:
    """Releases as they are now, by id; those that do not exist are left out."""
    found: dict[str, ReleaseView] = {}
    for start in range(0, len(ids), _BATCH):
        keys = [{"deploymentId": {"S": each}} for each in ids[start : start + _BATCH]]
        asked: dict[str, Any] = {table: {"Keys": keys, "ConsistentRead": True}}
        while asked:
            answer = client.batch_get_item(RequestItems=asked)
            for item in answer["Responses"].get(table, []):
                view = release_of(item)
                found[view.id] = view
            # What did not fit into 16 MB comes with the next call.
            asked = answer.get("UnprocessedKeys") or {}
    return found


@dataclass(frozen=True)
class Query:
    """Which releases are wanted; empty values want them all."""

    function: str = ""
    """The physical name of a function the release changed."""
    key: str = ""
    """The same function's key."""
    status: str = ""
    since: str = ""
    """Started at this moment or later, ISO-8601 UTC."""


def page(
    client: Any, table: str, pipeline: str, limit: int, start: str = "", query: Query | None = None
) -> LedgerPage:
    """Up to ``limit`` releases, newest first, from where the page before ended."""
    wanted = query or Query()
    parameters = _parameters(table, pipeline, wanted)
    found: list[ReleaseView] = []
    position = _position(start)
    for _ in range(_READS):
        begin = {"ExclusiveStartKey": position} if position else {}
        answer = client.query(**parameters, Limit=limit - len(found), **begin)
        found += _releases(client, table, answer["Items"], wanted)
        position = answer.get("LastEvaluatedKey")
        if not position or len(found) >= limit:
            break
    return LedgerPage(tuple(found), _text(position) if position else "")


def _parameters(table: str, pipeline: str, query: Query) -> dict[str, Any]:
    name, value = ("function", query.function) if query.function else ("pipeline", pipeline)
    names, values = {"#key": name}, {":key": {"S": value}}
    condition = "#key = :key"
    if query.since:
        names["#started"], values[":since"] = "startedAt", {"S": query.since}
        condition += " AND #started >= :since"
    parameters: dict[str, Any] = {
        "TableName": table,
        "IndexName": INDEX_BY_FUNCTION if query.function else INDEX_BY_PIPELINE,
        "KeyConditionExpression": condition,
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
        "ScanIndexForward": False,
    }
    if query.status and not query.function:
        # A function's row has the function's own status; there the releases are sorted out afterwards.
        parameters["FilterExpression"] = "#status = :status"
        names["#status"], values[":status"] = "status", {"S": query.status}
    return parameters


def _releases(client: Any, table: str, items: list[dict[str, Any]], query: Query) -> list[ReleaseView]:
    if not query.function:
        return [release_of(item) for item in items]
    ids = [item["release"]["S"] for item in items if "release" in item]
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


def _position(start: str) -> dict[str, Any] | None:
    if not start:
        return None
    position: dict[str, Any] = json.loads(base64.urlsafe_b64decode(start))
    return position


def _text(position: dict[str, Any]) -> str:
    """Where a page ended, as a word that can be typed and put in an address."""
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode()

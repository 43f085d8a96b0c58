"""The ledger's rows in DynamoDB: one, some by their ids, and the newest first by an index.

Items come as DynamoDB answers them; ``contract/rows.py`` says what is in one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

INDEX_BY_PIPELINE = "byPipeline"
INDEX_BY_FUNCTION = "byFunction"
# API reference: BatchGetItem, at most 100 items.
_BATCH = 100

Item = Mapping[str, Any]
Position = Mapping[str, Any]
"""Where a page ended: the keys of the index and of the table."""


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


def read_row(client: Any, table: str, release: str) -> Item | None:
    """The row of one release as it is now; None when there is none (yet)."""
    key = {"deploymentId": {"S": release}}
    found: Item | None = client.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
    return found


def read_rows(client: Any, table: str, ids: Sequence[str]) -> Iterator[Item]:
    """The rows of these releases as they are now; of those that do not exist, none."""
    for start in range(0, len(ids), _BATCH):
        keys = [{"deploymentId": {"S": each}} for each in ids[start : start + _BATCH]]
        asked: dict[str, Any] = {table: {"Keys": keys, "ConsistentRead": True}}
        while asked:
            answer = client.batch_get_item(RequestItems=asked)
            yield from answer["Responses"].get(table, [])
            # What did not fit into 16 MB comes with the next call.
            asked = answer.get("UnprocessedKeys") or {}


def read_newest(client: Any, table: str, pipeline: str, limit: int) -> Iterator[Item]:
    """The rows of a pipeline's releases, newest first, at most ``limit``; an index lags the table."""
    pages = client.get_paginator("query").paginate(
        TableName=table,
        IndexName=INDEX_BY_PIPELINE,
        KeyConditionExpression="pipeline = :pipeline",
        ExpressionAttributeValues={":pipeline": {"S": pipeline}},
        ScanIndexForward=False,
        PaginationConfig={"MaxItems": limit},
    )
    for page in pages:
        yield from page["Items"]


def read_page(
    client: Any, table: str, pipeline: str, query: Query, limit: int, start: Position | None = None
) -> tuple[list[Item], Position | None]:
    """Some rows, newest first, and where the next page starts; None after the last one.

    A filter may leave fewer than ``limit``, or none, with more to come. With ``query.function`` they are
    rows of that function, which name their release.
    """
    begin = {"ExclusiveStartKey": start} if start else {}
    answer = client.query(**_parameters(table, pipeline, query), Limit=limit, **begin)
    return answer["Items"], answer.get("LastEvaluatedKey")


def read_since(client: Any, table: str, pipeline: str, since: str, limit: int) -> list[Item]:
    """The rows of releases that began at this moment or later, oldest first, at most ``limit``."""
    parameters = _parameters(table, pipeline, Query(since=since)) | {"ScanIndexForward": True}
    found: list[Item] = client.query(**parameters, Limit=limit)["Items"]
    return found


def releases_named(items: Sequence[Item]) -> list[str]:
    """The ids of the releases that rows of a function belong to."""
    return [item["release"]["S"] for item in items if "release" in item]


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

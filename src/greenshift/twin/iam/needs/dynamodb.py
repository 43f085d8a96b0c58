"""DynamoDB: a query through an index is asked of the index; a transaction, of each of its actions."""

from __future__ import annotations

from collections.abc import Iterable

from greenshift.twin.iam.needs.contract import Facts, Find, Need, Parameters, Place, everything, on


def _arn(place: Place, table: object) -> str:
    return place.or_arn("dynamodb", "table/{}", table)


def _table(parameters: Parameters, place: Place) -> str:
    return _arn(place, parameters.get("TableName"))


def _table_or_index(parameters: Parameters, place: Place) -> str:
    index = parameters.get("IndexName")
    return f"{_table(parameters, place)}/index/{index}" if index else _table(parameters, place)


def _tables(parameters: Parameters, place: Place) -> Iterable[str]:
    return [_arn(place, table) for table in parameters.get("RequestItems") or {}]


def _tagged(parameters: Parameters, _: Place) -> str:
    return str(parameters.get("ResourceArn", ""))


# API reference, TransactWriteItems and TransactGetItems: each member takes the permission of its own kind.
_MEMBER_ACTIONS = {
    "ConditionCheck": "dynamodb:ConditionCheckItem",
    "Delete": "dynamodb:DeleteItem",
    "Get": "dynamodb:GetItem",
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
}


def _transaction(parameters: Parameters, place: Place, _: Facts) -> Iterable[Need]:
    members = {
        (_MEMBER_ACTIONS.get(kind, f"dynamodb:{kind}"), _arn(place, member.get("TableName")))
        for item in parameters.get("TransactItems") or []
        for kind, member in item.items()
    }
    return [Need(action, resource) for action, resource in sorted(members)]


TABLE: dict[str, Find] = {
    **on(
        "dynamodb",
        _table,
        "CreateTable",
        "DeleteItem",
        "DeleteTable",
        "DescribeContinuousBackups",
        "DescribeTable",
        "DescribeTimeToLive",
        "GetItem",
        "PutItem",
        "UpdateContinuousBackups",
        "UpdateItem",
        "UpdateTable",
        "UpdateTimeToLive",
    ),
    **on("dynamodb", _table_or_index, "Query", "Scan"),
    **on("dynamodb", _tables, "BatchGetItem", "BatchWriteItem"),
    "TransactGetItems": _transaction,
    "TransactWriteItems": _transaction,
    **on("dynamodb", everything, "DescribeEndpoints", "DescribeLimits", "ListTables"),
    **on("dynamodb", _tagged, "ListTagsOfResource", "TagResource", "UntagResource"),
}

"""DynamoDB's tables: keys, indexes, and what keeps them tidy and recoverable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# Enabling takes up to an hour (API reference, UpdateTimeToLive), and is as good as done.
_TTL_ON = ("ENABLED", "ENABLING")


@dataclass(frozen=True)
class Index:
    name: str
    keys: tuple[tuple[str, str], ...]
    """(attribute, HASH or RANGE)"""
    projection: str
    status: str


@dataclass(frozen=True)
class Table:
    name: str
    status: str
    keys: tuple[tuple[str, str], ...]
    indexes: tuple[Index, ...]
    billing: str
    ttl_attribute: str
    """Empty while no attribute makes rows expire."""
    point_in_time_recovery: str


def read_table(client: Any, name: str) -> Table:
    """The table must exist."""
    table = client.describe_table(TableName=name)["Table"]
    ttl = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    backups = client.describe_continuous_backups(TableName=name)
    recovery = backups["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    return Table(
        name=name,
        status=table["TableStatus"],
        keys=_keys(table["KeySchema"]),
        indexes=tuple(
            Index(
                name=each["IndexName"],
                keys=_keys(each["KeySchema"]),
                projection=each.get("Projection", {}).get("ProjectionType", ""),
                status=each.get("IndexStatus", ""),
            )
            for each in table.get("GlobalSecondaryIndexes") or []
        ),
        billing=table.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED"),
        ttl_attribute=ttl.get("AttributeName", "") if ttl["TimeToLiveStatus"] in _TTL_ON else "",
        point_in_time_recovery=recovery.get("PointInTimeRecoveryStatus", "DISABLED"),
    )


def _keys(schema: Iterable[Mapping[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((each["AttributeName"], each["KeyType"]) for each in schema)

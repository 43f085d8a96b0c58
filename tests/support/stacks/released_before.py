"""Functions that a release made live before, as far as the ledger knows: so that the next one shifts slowly.

A first release moves all traffic at once; a test of a shift is about a later one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from greenshift.contract.release import Release, ReleasedFunction
from greenshift.contract.rows import function_values
from greenshift.contract.statuses import State, Status
from greenshift.release.record.items import to_item

_LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def released_before(dynamodb: Any, table: str, names: Iterable[str], version: str = "1") -> None:
    """Write the row of each function (``names`` are physical): a release left it on ``version``."""
    release = Release("before", "", Status.SUCCEEDED, _LONG_AGO, _LONG_AGO, ended_at=_LONG_AGO)
    for name in names:
        item = ReleasedFunction(name, name, "0", version, State.SHIFTED)
        values = function_values(release, item, timedelta(days=36500))
        dynamodb.put_item(TableName=table, Item=to_item(values))

"""A row of the ledger's table that one release holds at a time, taken with a conditional write."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from greenshift.release.errors import code_of
from greenshift.release.record.items import from_item, to_item


class Baton:
    """The row ``name``. It has no attribute of an index, so no list of releases shows it."""

    def __init__(self, client: Any, table: str, name: str, until: datetime | None = None) -> None:
        """``until`` is when nobody needs the row any more; None for one that stays."""
        self._client = client
        self._table = table
        self._key = to_item({"deploymentId": name})
        self._until = until

    def holder(self) -> str | None:
        """The release that took it last; it may have ended since. A consistent read."""
        found = self._client.get_item(TableName=self._table, Key=self._key, ConsistentRead=True).get("Item")
        return str(from_item(found)["holder"]) if found else None

    def take(self, release_id: str, after: str | None) -> bool:
        """Whether it is this release's now; False when somebody else took it after ``after`` was seen."""
        free = "attribute_not_exists(#holder)" if after is None else "#holder = :after"
        values: dict[str, object] = {":new": release_id}
        if after is not None:
            values[":after"] = after
        names, sets = {"#holder": "holder"}, "#holder = :new"
        if self._until is not None:
            names["#expires"], values[":until"] = "expiresAt", int(self._until.timestamp())
            sets += ", #expires = :until"
        try:
            self._client.update_item(
                TableName=self._table,
                Key=self._key,
                UpdateExpression=f"SET {sets}",
                ConditionExpression=free,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=to_item(values),
            )
        except ClientError as error:
            if code_of(error) != "ConditionalCheckFailedException":
                raise
            return False
        return True

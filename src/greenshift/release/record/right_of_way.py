"""At most one release of a pipeline moves aliases at a time: one row of the ledger says which.

CodePipeline's Shift stage holds one execution at a time, but a rollback does not come through the pipeline,
and an execution may end before its release does. So whoever is about to shift takes this row first, with a
conditional write, and can take it only from a release that has ended.
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from greenshift.release.errors import code_of
from greenshift.release.record.items import from_item, to_item


class RightOfWay:
    """The row `right-of-way/<pipeline>` of the ledger's table."""

    def __init__(self, client: Any, table: str, pipeline: str) -> None:
        self._client = client
        self._table = table
        self._key = to_item({"deploymentId": f"right-of-way/{pipeline}"})

    def holder(self) -> str | None:
        """The release that took it last; it may have ended since. A consistent read."""
        found = self._client.get_item(TableName=self._table, Key=self._key, ConsistentRead=True).get("Item")
        return str(from_item(found)["holder"]) if found else None

    def take(self, release_id: str, after: str | None) -> bool:
        """Whether it is this release's now; False when somebody else took it after ``after`` was seen."""
        free = "attribute_not_exists(#holder)" if after is None else "#holder = :after"
        values = {":new": release_id} | ({} if after is None else {":after": after})
        try:
            self._client.update_item(
                TableName=self._table,
                Key=self._key,
                UpdateExpression="SET #holder = :new",
                ConditionExpression=free,
                ExpressionAttributeNames={"#holder": "holder"},
                ExpressionAttributeValues=to_item(values),
            )
        except ClientError as error:
            if code_of(error) != "ConditionalCheckFailedException":
                raise
            return False
        return True

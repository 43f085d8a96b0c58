"""What was asked for and became no release: a second execution for one commit, a rollback that was refused.

A row `aside/<id>` each, in no index: it answers whoever asked, and is no part of what was released.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from greenshift.release.errors import code_of
from greenshift.release.record.items import from_item, to_item

# Whoever asked looks within minutes; a pipeline's executions are listed for months.
_DAYS = 90


@dataclass(frozen=True)
class Aside:
    """``id`` is the execution's, or the rollback's. ``release`` is the one that stands for it; "" when it was
    refused.
    """

    id: str
    because: str
    release: str = ""

    @property
    def is_refused(self) -> bool:
        return not self.release


class Asides:
    """``client`` is a boto3 DynamoDB client."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def read(self, id_: str) -> Aside | None:
        """A consistent read."""
        key = to_item({"deploymentId": f"aside/{id_}"})
        found = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        if not found:
            return None
        row = from_item(found)
        return Aside(id_, str(row["because"]), str(row.get("release", "")))

    def write(self, aside: Aside, now: datetime) -> Aside:
        """The first one written stands: what was asked for twice is answered once."""
        values: dict[str, object] = {
            "deploymentId": f"aside/{aside.id}",
            "kind": "aside",
            "because": aside.because,
            "release": aside.release or None,
            "expiresAt": int((now + timedelta(days=_DAYS)).timestamp()),
        }
        try:
            self._client.put_item(
                TableName=self._table,
                Item=to_item(values),
                ConditionExpression="attribute_not_exists(deploymentId)",
            )
        except ClientError as error:
            if code_of(error) != "ConditionalCheckFailedException":
                raise
            return self.read(aside.id) or aside
        return aside

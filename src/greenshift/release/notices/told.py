"""What people have been told of a release, in attributes of its row that nobody else writes.

Telling is claimed before and written down after: whoever dies in between is followed by one that tells it
again. A message that comes twice is better than one that never does.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from greenshift.contract.moments import iso
from greenshift.contract.release import Release
from greenshift.release.errors import code_of
from greenshift.release.record.items import from_item, to_item

# Longer than telling takes, shorter than Lambda waits before it repeats an invocation that was killed.
_CLAIM = timedelta(seconds=50)
_NAMES = {"#notified": "notified", "#claimed": "noticeClaimed", "#of": "noticeOf", "#asked": "asked"}


class Told:
    """``client`` is a boto3 DynamoDB client, ``table`` the ledger's."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def claim(self, release: Release, now: datetime) -> bool:
        """Whether the caller is the one to announce this end; a claim that nobody kept is soon anybody's."""
        return self._update(
            release.id,
            "SET #claimed = :now, #of = :end",
            {":end": _end_of(release), ":now": iso(now), ":stale": iso(now - _CLAIM)},
            "attribute_exists(deploymentId) AND (attribute_not_exists(#notified) OR #notified <> :end)"
            " AND (attribute_not_exists(#claimed) OR #claimed < :stale OR #of <> :end)",
        )

    def keep(self, release: Release) -> None:
        """This end has been announced."""
        self._update(release.id, "SET #notified = :end REMOVE #claimed, #of", {":end": _end_of(release)})

    def give_back(self, release: Release) -> None:
        """The announcement could not be sent; a retry may send it."""
        self._update(release.id, "REMOVE #claimed, #of", {})

    def was_asked(self, release_id: str, request: str) -> bool:
        """Whether people were told of this request for an approval."""
        found = self._client.get_item(
            TableName=self._table, Key=to_item({"deploymentId": release_id}), ConsistentRead=True
        ).get("Item")
        return request in from_item(found or {}).get("asked", ())

    def keep_asked(self, release_id: str, request: str) -> None:
        self._update(release_id, "ADD #asked :asked", {":asked": {request}})

    def _update(
        self, release_id: str, update: str, values: Mapping[str, object], condition: str = ""
    ) -> bool:
        """Whether the condition was met; without one it always is."""
        used = {name: attribute for name, attribute in _NAMES.items() if name in update + condition}
        optional: dict[str, object] = {"ExpressionAttributeValues": to_item(values)} if values else {}
        if condition:
            optional["ConditionExpression"] = condition
        try:
            self._client.update_item(
                TableName=self._table,
                Key=to_item({"deploymentId": release_id}),
                UpdateExpression=update,
                ExpressionAttributeNames=used,
                **optional,
            )
        except ClientError as error:
            if code_of(error) != "ConditionalCheckFailedException":
                raise
            return False
        return True


def _end_of(release: Release) -> str:
    return iso(release.ended_at) if release.ended_at else release.status.value

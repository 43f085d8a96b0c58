"""The ledger: where a release is between two invocations, and what every release was afterwards.

A release is written only if its `revision` is still the one that was read; of two invocations that saw the
same state, one wins and the other gets `StaleRelease`. Notes (a transition appended by an event) carry no
revision: they may not disturb whoever is moving the release, and each event's id is remembered so that it
counts once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from botocore.exceptions import ClientError

from greenshift.contract.release import Lease, Release, ReleasedFunction, StatusChange
from greenshift.contract.rows import (
    RELEASE,
    FunctionRow,
    function_row,
    function_values,
    release_of_row,
    release_values,
    transition_values,
)
from greenshift.contract.statuses import State
from greenshift.release.errors import ReleaseError, StaleRelease, code_of
from greenshift.release.record.items import from_item, to_item
from greenshift.release.services.pool import in_parallel

BY_PIPELINE = "byPipeline"
BY_FUNCTION = "byFunction"
# A release has fewer phases than this to move through while somebody notes an event.
_TRIES = 10
# What a function's row must be for one that ends its release, and for one that does not.
_NO_LATER = "attribute_not_exists(#revision) OR #revision <= :revision"
_NO_LATER_AND_NO_END = (
    "attribute_not_exists(#revision) OR #revision < :revision"
    " OR (#revision = :revision AND attribute_not_exists(#endedAt))"
)

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, newest first. ``next`` continues where this page ended; absent on the last one."""

    rows: tuple[Row, ...]
    next: str | None = None


class Ledger:
    """One pipeline's table. ``client`` is a boto3 DynamoDB client."""

    def __init__(self, client: Any, table: str, ttl_days: int = 365) -> None:
        self._client = client
        self._table = table
        self._ttl = timedelta(days=ttl_days)

    # Reading

    def release(self, release_id: str) -> Release | None:
        """One release as it is now (a consistent read)."""
        answer = self._client.get_item(
            TableName=self._table, Key=to_item({"deploymentId": release_id}), ConsistentRead=True
        )
        row = from_item(answer.get("Item") or {})
        return release_of_row(row) if row.get("kind") == RELEASE else None

    def releases(self, pipeline: str, limit: int = 20, start: str | None = None) -> Page[Release]:
        """A pipeline's releases, newest first; an index lags the table by moments."""
        rows, more = self._query(BY_PIPELINE, "pipeline", pipeline, limit, start)
        return Page(tuple(release_of_row(row) for row in rows), more)

    def history(self, function: str, limit: int = 20, start: str | None = None) -> Page[FunctionRow]:
        """What happened to one function (by its physical name), newest first."""
        rows, more = self._query(BY_FUNCTION, "function", function, limit, start)
        return Page(tuple(function_row(row) for row in rows), more)

    def _query(
        self, index: str, attribute: str, value: str, limit: int, start: str | None
    ) -> tuple[list[dict[str, Any]], str | None]:
        begin = {"ExclusiveStartKey": json.loads(start)} if start else {}
        answer = self._client.query(
            TableName=self._table,
            IndexName=index,
            KeyConditionExpression="#key = :value",
            ExpressionAttributeNames={"#key": attribute},
            ExpressionAttributeValues=to_item({":value": value}),
            ScanIndexForward=False,
            Limit=limit,
            **begin,
        )
        last = answer.get("LastEvaluatedKey")
        return [from_item(item) for item in answer["Items"]], json.dumps(last) if last else None

    # Moving a release

    def create(self, release: Release) -> Release:
        """Write a release that must not exist yet."""
        values = release_values(release, self._ttl) | {"transitions": transition_values(release.transitions)}
        self._conditionally(
            lambda: self._client.put_item(
                TableName=self._table,
                Item=to_item(values),
                ConditionExpression="attribute_not_exists(deploymentId)",
            ),
            f"release {release.id} exists already",
        )
        return release

    def save(self, old: Release, new: Release) -> Release:
        """Write ``new`` over ``old``: function rows first, so that an ended release never has stale ones."""
        saved = replace(new, revision=old.revision + 1)
        self._write_functions(_differing(old, saved), saved)
        self._conditionally(
            lambda: self._client.update_item(**self._update(old, saved)),
            f"release {old.id} was changed by another invocation (revision {old.revision} is gone)",
        )
        return saved

    def acquire(self, release: Release, owner: str, now: datetime, seconds: float) -> Release | None:
        """The release with a lease for ``owner``, or None while somebody else holds one.

        CodePipeline and EventBridge deliver at least once: two invocations may hold the same errand.
        """
        held = release.lease
        if held is not None and held.owner != owner and held.until > now:
            return None
        lease = Lease(owner, now + timedelta(seconds=seconds))
        try:
            return self.save(release, replace(release, lease=lease))
        except StaleRelease:
            return None

    def _update(self, old: Release, new: Release) -> dict[str, Any]:
        values = release_values(new, self._ttl)
        del values["deploymentId"]  # the key
        del values["notified"]  # written by `told.py` alone, which knows no revision
        set_now = {name: value for name, value in values.items() if value is not None}
        # A `#` for every name: status, trigger, function and others are reserved words.
        sets = [f"#{name} = :{name}" for name in set_now]
        parameters = {f":{name}": value for name, value in set_now.items()} | {":old": old.revision}
        names = {f"#{name}": name for name in values}
        if added := transition_values(new.transitions[len(old.transitions) :]):
            sets.append("#transitions = list_append(if_not_exists(#transitions, :none), :added)")
            names["#transitions"] = "transitions"
            parameters |= {":none": [], ":added": added}
        removes = [f"#{name}" for name, value in values.items() if value is None]
        return {
            "TableName": self._table,
            "Key": to_item({"deploymentId": new.id}),
            "UpdateExpression": f"SET {', '.join(sets)}"
            + (f" REMOVE {', '.join(removes)}" if removes else ""),
            "ConditionExpression": "#revision = :old",
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": to_item(parameters),
        }

    def _write_functions(self, items: Iterable[ReleasedFunction], release: Release) -> None:
        in_parallel(lambda item: self._write_function(function_values(release, item, self._ttl)), items)

    def _write_function(self, values: dict[str, object]) -> None:
        """Write a function's row over the one before, and keep the snapshot that Publish left in it: a
        release that was read back does not carry it any more.

        Never over a later one: an invocation that stood still may come back when others have ended the
        release, and must not bring back what it had read.
        """
        key = {"deploymentId": values.pop("deploymentId")}
        if values["snapshot"] is None:
            del values["snapshot"]
        sets = [f"#{name} = :{name}" for name, value in values.items() if value is not None]
        removes = [f"#{name}" for name, value in values.items() if value is None]
        self._conditionally(
            lambda: self._client.update_item(
                TableName=self._table,
                Key=to_item(key),
                UpdateExpression=f"SET {', '.join(sets)}"
                + (f" REMOVE {', '.join(removes)}" if removes else ""),
                ConditionExpression=_NO_LATER_AND_NO_END if values["endedAt"] is None else _NO_LATER,
                ExpressionAttributeNames={f"#{name}": name for name in values},
                ExpressionAttributeValues=to_item({f":{name}": value for name, value in values.items()}),
            ),
            f"release {values['release']} was changed by another invocation (a row is of a later revision)",
        )

    # What events add

    def note(
        self, release: Release, event_id: str, now: datetime, cause: str, since: datetime | None = None
    ) -> bool:
        """Append a transition once per event; False when this event was noted before, or there is no
        release. ``since``: when it happened, which is before it is noted.

        It carries the status the release has when it is written: whoever read ``release`` may be behind, and
        a story that says ROLLED_BACK, then ROLLING_BACK would have two ends.
        """
        status = release.status.value
        for _ in range(_TRIES):
            if self._append(release.id, event_id, StatusChange(now, status, cause, since)):
                return True
            current = self.release(release.id)
            if current is None or current.status.value == status:
                return False
            status = current.status.value
        raise StaleRelease(f"release {release.id} moved on at each of {_TRIES} tries to note {cause!r}")

    def _append(self, release_id: str, event_id: str, transition: StatusChange) -> bool:
        """False when the release is in another status, is absent, or knows the event."""
        try:
            self._client.update_item(
                TableName=self._table,
                Key=to_item({"deploymentId": release_id}),
                UpdateExpression=(
                    "SET #transitions = list_append(if_not_exists(#transitions, :none), :added)"
                    " ADD #events :event"
                ),
                ConditionExpression="#status = :status AND NOT contains(#events, :id)",
                ExpressionAttributeNames={
                    "#transitions": "transitions",
                    "#events": "events",
                    "#status": "status",
                },
                ExpressionAttributeValues=to_item(
                    {
                        ":none": [],
                        ":added": transition_values((transition,)),
                        ":event": {event_id},
                        ":id": event_id,
                        ":status": transition.status,
                    }
                ),
            )
        except ClientError as error:
            return _lost(error)
        return True

    def request_abort(self, release_id: str, reason: str) -> None:
        """Ask whoever moves this release to take it back; the first reason stands."""
        self._conditionally(
            lambda: self._client.update_item(
                TableName=self._table,
                Key=to_item({"deploymentId": release_id}),
                UpdateExpression="SET #abort = if_not_exists(#abort, :reason) ADD #revision :one",
                ConditionExpression="attribute_exists(deploymentId) AND attribute_not_exists(endedAt)",
                ExpressionAttributeNames={"#abort": "abort", "#revision": "revision"},
                ExpressionAttributeValues=to_item({":reason": reason, ":one": 1}),
            ),
            f"release {release_id} has ended, or never began",
        )

    def _conditionally(self, write: Callable[[], object], lost: str) -> None:
        try:
            write()
        except ClientError as error:
            if _lost(error) is False:
                raise StaleRelease(lost) from error


def _lost(error: ClientError) -> bool:
    """False when a condition was not met; any other error goes on."""
    if code_of(error) != "ConditionalCheckFailedException":
        raise error
    return False


def _differing(old: Release, new: Release) -> list[ReleasedFunction]:
    """Functions whose row must be written: they changed, or their release ended.

    One that never changed has no row; one that turned out to be unchanged after it had one gets it corrected.
    """
    before = {item.key: item for item in old.changed}
    has_row = [item for item in new.functions if item.key in before or item.state is not State.UNCHANGED]
    if new.ended_at != old.ended_at:
        return has_row
    return [item for item in has_row if item != before.get(item.key)]


def read_release(ledger: Ledger, release_id: str) -> Release:
    """One release, for a reader who was given its id by a person."""
    found = ledger.release(release_id)
    if found is None:
        raise ReleaseError(f"the ledger has no release {release_id}: `greenshift history` lists them")
    return found

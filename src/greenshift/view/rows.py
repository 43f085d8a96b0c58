"""Rows of the ledger's table -> release views. What a row does not have is empty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from greenshift.contract.reasons import completed
from greenshift.view.model import FunctionRelease, ReleaseView, Transition

_deserializer = TypeDeserializer()


def release_of(item: Mapping[str, Any]) -> ReleaseView:
    """An item as DynamoDB answers it."""
    row = {name: _deserializer.deserialize(value) for name, value in item.items()}
    functions = row.get("functions", {})

    def text(name: str) -> str:
        return str(row.get(name) or "")

    transitions = tuple(_transition(value) for value in row.get("transitions", []))
    notes = [each.cause for each in transitions]
    return ReleaseView(
        id=row["deploymentId"],
        status=text("status"),
        commit=text("commit"),
        message=text("message"),
        trigger=text("trigger"),
        started_at=text("startedAt"),
        ended_at=text("endedAt"),
        reason=completed(text("reason"), notes),
        alarm=text("alarm"),
        functions=tuple(_function(key, value, notes) for key, value in sorted(functions.items())),
        transitions=transitions,
        notified=text("notified"),
        lease_until=text("leaseUntil"),
        expires_at=int(row.get("expiresAt") or 0),
        mode=text("mode"),
        by=text("by"),
        why=text("why"),
        author=text("author"),
        findings=tuple(str(line) for line in row.get("findings") or ()),
    )


def _function(key: str, value: Mapping[str, Any], notes: Sequence[str]) -> FunctionRelease:
    def text(name: str) -> str:
        found = value.get(name)
        return "" if found is None else str(found)

    return FunctionRelease(
        key=key,
        name=text("name"),
        from_version=text("from"),
        to_version=text("to"),
        state=text("state"),
        reason=completed(text("reason"), notes),
        deployment_id=text("deploymentId"),
        rollback_deployment_id=text("rollbackDeploymentId"),
        back_at=text("backAt"),
        is_first=bool(value.get("first")),
        wave=int(value.get("wave") or 0),
    )


def _transition(value: Mapping[str, Any]) -> Transition:
    return Transition(*(str(value.get(name, "")) for name in ("at", "status", "cause", "since")))

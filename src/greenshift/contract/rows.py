"""The ledger's rows: how a release and its functions are written down, and read back.

The attribute names are a contract with whoever reads the table (the CLI, the page, a person in the console).
Absent values are absent attributes: a NULL in a key of an index would be refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from greenshift.contract.moments import from_iso, iso
from greenshift.contract.release import Lease, Release, ReleasedFunction, StatusChange
from greenshift.contract.rules import USUAL, Firing, Mode, Moved, Newer, Quiet, Rules
from greenshift.contract.statuses import State, Status

RELEASE = "release"
FUNCTION = "function"


@dataclass(frozen=True)
class FunctionRow:
    """One function's part in one release, as the index by function lists it."""

    release: str
    key: str
    function: str  # physical name
    started_at: datetime
    from_version: str
    to_version: str
    status: State
    deployment_id: str | None = None
    ended_at: datetime | None = None
    reason: str | None = None
    snapshot: str | None = None


def release_values(release: Release, ttl: timedelta) -> dict[str, object]:
    """Every attribute of a release row but its transitions, which are only ever appended to."""
    lease = release.lease
    return {
        "deploymentId": release.id,
        "kind": RELEASE,
        "pipeline": release.pipeline,
        "startedAt": iso(release.started_at),
        "endedAt": _iso(release.ended_at),
        "since": iso(release.since),
        "status": release.status.value,
        "commit": release.commit,
        "message": release.message,
        "trigger": release.trigger,
        "author": release.author or None,
        "mode": release.mode.value,
        "by": release.by or None,
        "why": release.why or None,
        "rules": _rules_values(release.rules),
        "openWaves": release.open_waves,
        "reason": release.reason,
        "alarm": release.alarm,
        "abort": release.abort,
        "job": release.job,
        "attempts": release.attempts or None,
        "notified": release.notified,
        "leaseOwner": lease.owner if lease else None,
        "leaseUntil": iso(lease.until) if lease else None,
        "revision": release.revision,
        "functions": {item.key: _function_values(item) for item in release.functions},
        "findings": list(release.findings) or None,
        "expiresAt": int((release.started_at + ttl).timestamp()),
    }


def _rules_values(rules: Rules) -> dict[str, object]:
    return {
        "firing": rules.firing.value,
        "quiet": rules.quiet.value,
        "moved": rules.moved.value,
        "newer": rules.newer.value,
        "bakeSeconds": int(rules.bake.total_seconds()),
        "holdSeconds": int(rules.hold.total_seconds()),
        "holdCalls": rules.hold_calls,
        "requests": rules.requests,
    }


def _rules(values: Mapping[str, Any]) -> Rules:
    """The rules a release began with; a row from before there were any has the defaults."""
    return Rules(
        firing=Firing(values.get("firing", USUAL.firing)),
        quiet=Quiet(values.get("quiet", USUAL.quiet)),
        moved=Moved(values.get("moved", USUAL.moved)),
        newer=Newer(values.get("newer", USUAL.newer)),
        bake=timedelta(seconds=int(values.get("bakeSeconds", 0))),
        hold=timedelta(seconds=int(values.get("holdSeconds", USUAL.hold.total_seconds()))),
        hold_calls=int(values.get("holdCalls", USUAL.hold_calls)),
        requests=int(values.get("requests", USUAL.requests)),
    )


def _function_values(item: ReleasedFunction) -> dict[str, object]:
    values: dict[str, object] = {
        "name": item.name,
        "from": item.from_version,
        "to": item.to_version,
        "state": item.state.value,
        "deploymentId": item.deployment_id,
        "rollbackDeploymentId": item.rollback_deployment_id,
        "rollbackAttempts": item.rollback_attempts or None,
        "reason": item.reason,
        "wave": item.wave or None,
        "ignored": list(item.ignored) or None,
        "backAt": _iso(item.back_at),
        "waiting": item.is_waiting or None,
        "first": item.is_first or None,
    }
    return {name: value for name, value in values.items() if value is not None}


def transition_values(items: tuple[StatusChange, ...]) -> list[dict[str, str]]:
    return [_transition_values(item) for item in items]


def _transition_values(item: StatusChange) -> dict[str, str]:
    values = {"at": iso(item.at), "status": item.status, "cause": item.cause}
    return values | ({"since": iso(item.since)} if item.since is not None else {})


def function_values(release: Release, item: ReleasedFunction, ttl: timedelta) -> dict[str, object]:
    """One function row. Its status is the function's own, so that history by function reads by itself; its
    revision is the release's that wrote it.
    """
    return {
        "deploymentId": f"{release.id}/{item.key}",
        "kind": FUNCTION,
        "function": item.name,
        "key": item.key,
        "release": release.id,
        "startedAt": iso(release.started_at),
        "endedAt": _iso(release.ended_at),
        "from": item.from_version,
        "to": item.to_version,
        "status": item.state.value,
        "reason": item.reason or (release.reason if item.state is State.ROLLED_BACK else None),
        "codedeployDeploymentId": item.deployment_id,
        "snapshot": item.snapshot,
        "revision": release.revision,
        "expiresAt": int((release.started_at + ttl).timestamp()),
    }


def release_of_row(row: Mapping[str, Any]) -> Release:
    started_at = from_iso(row["startedAt"])
    functions = [_function(key, values) for key, values in sorted(row.get("functions", {}).items())]
    return Release(
        id=row["deploymentId"],
        pipeline=row["pipeline"],
        status=Status(row["status"]),
        started_at=started_at,
        since=_moment(row.get("since")) or started_at,
        functions=tuple(functions),
        ended_at=_moment(row.get("endedAt")),
        commit=row.get("commit", ""),
        message=row.get("message", ""),
        author=row.get("author", ""),
        trigger=row.get("trigger", ""),
        mode=Mode(row.get("mode", Mode.NORMAL)),
        by=row.get("by", ""),
        why=row.get("why", ""),
        rules=_rules(row.get("rules", {})),
        open_waves=int(row["openWaves"]) if "openWaves" in row else None,
        reason=row.get("reason"),
        alarm=row.get("alarm"),
        abort=row.get("abort"),
        job=row.get("job"),
        attempts=int(row.get("attempts", 0)),
        notified=row.get("notified"),
        lease=Lease(row["leaseOwner"], from_iso(row["leaseUntil"])) if row.get("leaseOwner") else None,
        revision=int(row.get("revision", 0)),
        transitions=tuple(_transition(item) for item in row.get("transitions", [])),
        findings=tuple(row.get("findings", ())),
    )


def _function(key: str, values: Mapping[str, Any]) -> ReleasedFunction:
    return ReleasedFunction(
        key=key,
        name=values["name"],
        from_version=values["from"],
        to_version=values["to"],
        state=State(values["state"]),
        deployment_id=values.get("deploymentId"),
        rollback_deployment_id=values.get("rollbackDeploymentId"),
        rollback_attempts=int(values.get("rollbackAttempts", 0)),
        reason=values.get("reason"),
        wave=int(values.get("wave", 0)),
        ignored=tuple(values.get("ignored", ())),
        back_at=_moment(values.get("backAt")),
        is_waiting=bool(values.get("waiting", False)),
        is_first=bool(values.get("first", False)),
    )


def _transition(values: Mapping[str, str]) -> StatusChange:
    return StatusChange(
        from_iso(values["at"]), values["status"], values["cause"], _moment(values.get("since"))
    )


def function_row(row: Mapping[str, Any]) -> FunctionRow:
    return FunctionRow(
        release=row["release"],
        key=row["key"],
        function=row["function"],
        started_at=from_iso(row["startedAt"]),
        from_version=row["from"],
        to_version=row["to"],
        status=State(row["status"]),
        deployment_id=row.get("codedeployDeploymentId"),
        ended_at=_moment(row.get("endedAt")),
        reason=row.get("reason"),
        snapshot=row.get("snapshot"),
    )


def _iso(moment: datetime | None) -> str | None:
    return iso(moment) if moment else None


def _moment(text: str | None) -> datetime | None:
    return from_iso(text) if text else None

"""Facts of a stack that is as it should be, for tests that spoil one thing in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from greenshift.checks.deployed.facts import (
    AlarmFacts,
    AliasFacts,
    DeploymentFacts,
    StackFacts,
    VersionFacts,
)
from greenshift.reading.alarms import Alarm, Metric
from greenshift.reading.executions import Execution
from greenshift.reading.functions import Alias
from greenshift.view import FunctionOutputs, FunctionRelease, ReleaseView

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
STARTED = "2026-05-01T11:00:00.000Z"
ENDED = "2026-05-01T11:09:00.000Z"


def function(key: str) -> FunctionOutputs:
    name = f"app-prod-{key}"
    arn = f"arn:aws:lambda:eu-central-1:1:function:{name}:live"
    return FunctionOutputs(key, name, arn, f"{name}-errors", name)


CHARGE, REFUND = function("charge"), function("refund")
WATCHED = Metric(namespace="AWS/Lambda", name="Errors", period=60, dimensions={"ExecutedVersion": "2"})
QUIET = Alarm(name=CHARGE.alarm, state="OK", since=NOW - timedelta(days=9), metrics=(WATCHED,))


def part(state: str = "SHIFTED", came: str = "1", went: str = "2", key: str = "charge") -> FunctionRelease:
    return FunctionRelease(key, f"app-prod-{key}", came, went, state)


def release(id_: str, status: str, *parts: FunctionRelease, **members: Any) -> ReleaseView:
    """An ended release, unless ``ended_at`` says otherwise; its end was told."""
    values = {
        "commit": "abcdef1234", "message": "", "trigger": "", "started_at": STARTED, "ended_at": ENDED,
        "reason": "", "alarm": "", "notified": members.get("ended_at", ENDED),
    }  # fmt: skip
    return ReleaseView(id=id_, status=status, functions=parts, transitions=(), **{**values, **members})


def version(number: str, by: str = "", aliases: tuple[str, ...] = (), of: Any = CHARGE) -> VersionFacts:
    return VersionFacts(of, number, by, aliases)


def execution(id_: str, status: str, *, ago: float = 60) -> Execution:
    """``ago`` in minutes."""
    return Execution(id=id_, status=status, updated=NOW - timedelta(minutes=ago))


def deployment(id_: str, *, ago: float = 1, of: FunctionOutputs = CHARGE, **members: Any) -> DeploymentFacts:
    created = NOW - timedelta(minutes=ago)
    return DeploymentFacts(id_, of.deployment_group, "InProgress", created, **members)


def stack(**members: Any) -> StackFacts:
    """Charge was released from version 1 to 2 an hour ago, and nothing has happened since."""
    values = {
        "now": NOW,
        "pipeline": "app-prod",
        "polls": False,
        "connection": None,
        "newest": None,
        "running": frozenset(),
        "releases": (release("r1", "SUCCEEDED", part()),),
        "aliases": (AliasFacts(CHARGE, Alias("2", (), "rev-1")),),
        "alarms": (AlarmFacts(CHARGE, QUIET),),
        "versions": (version("1"), version("2", "r1", ("live",))),
        "executions": (execution("r1", "Succeeded"),),
    }
    return StackFacts(**{**values, **members})

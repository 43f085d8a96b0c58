"""One release in three looks: it asks a person, it shifts, it has ended. What each look must tell.

The same words are expected of the twin and of recorded answers.
"""

from __future__ import annotations

from typing import Any

from greenshift.view import Snapshot

FUNCTIONS = ("charge", "refund")
REQUESTS = 20
"""Sent to each function's alias while it shifts."""

SUCCEEDED = [
    ("BeforeAllowTraffic", "Succeeded"),
    ("AllowTraffic", "Succeeded"),
    ("AfterAllowTraffic", "Succeeded"),
]
SHIFTING = [
    ("BeforeAllowTraffic", "Succeeded"),
    ("AllowTraffic", "InProgress"),
    ("AfterAllowTraffic", "Pending"),
]
STRATEGY = "Canary10Percent30Minutes"

ASKS = {
    "stages": {
        "Source": "Succeeded",
        "Build": "Succeeded",
        "Publish": "Succeeded",
        "Approve": "InProgress",
        "Shift": "",
    },
    "executions": [("InProgress", "First")],
    "release": ("PUBLISHED", dict.fromkeys(FUNCTIONS, ("1", "2", "PUBLISHED"))),
    "functions": dict.fromkeys(FUNCTIONS, ("1", "", 0.0, "OK")),
    "shifts": {key: (0.0, 0.0, "", "", []) for key in FUNCTIONS},
    "plan": {key: [] for key in FUNCTIONS},
    "alarms": dict.fromkeys(FUNCTIONS, ("1", 5.0, 60)),
    "traffic": {},
    "sources": {},
    "ledger": ["PUBLISHED"],
    "attention": [("approval", "Approve", "greenshift approve, or greenshift reject")],
}
SHIFTS = {
    "stages": {
        "Source": "Succeeded",
        "Build": "Succeeded",
        "Publish": "Succeeded",
        "Approve": "Succeeded",
        "Shift": "InProgress",
    },
    "executions": [("InProgress", "First")],
    "release": ("SHIFTING", dict.fromkeys(FUNCTIONS, ("1", "2", "SHIFTING"))),
    "functions": dict.fromkeys(FUNCTIONS, ("1", "2", 10.0, "OK")),
    "shifts": dict.fromkeys(FUNCTIONS, (10.0, 10.0, STRATEGY, "InProgress", SHIFTING)),
    "plan": {key: [10.0, 100.0] for key in FUNCTIONS},
    "alarms": dict.fromkeys(FUNCTIONS, ("2", 5.0, 60)),
    "traffic": {key: (["1", "2"], float(REQUESTS), 0.0, 5.0) for key in FUNCTIONS},
    "sources": dict.fromkeys(FUNCTIONS, ("direct", REQUESTS)),
    "ledger": ["SHIFTING"],
    "attention": [],
}
ENDED = {
    "stages": dict.fromkeys(("Source", "Build", "Publish", "Approve", "Shift"), "Succeeded"),
    "executions": [("Succeeded", "First")],
    "release": ("SUCCEEDED", dict.fromkeys(FUNCTIONS, ("1", "2", "SHIFTED"))),
    "functions": dict.fromkeys(FUNCTIONS, ("2", "", 0.0, "OK")),
    "shifts": dict.fromkeys(FUNCTIONS, (100.0, 100.0, STRATEGY, "Succeeded", SUCCEEDED)),
    "plan": {key: [10.0, 100.0] for key in FUNCTIONS},
    "alarms": dict.fromkeys(FUNCTIONS, ("2", 5.0, 60)),
    "traffic": {key: (["1", "2"], float(REQUESTS), 0.0, 5.0) for key in FUNCTIONS},
    "sources": dict.fromkeys(FUNCTIONS, ("direct", REQUESTS)),
    "ledger": ["SUCCEEDED"],
    "attention": [],
}  # fmt: skip


def told(snapshot: Snapshot) -> dict[str, Any]:
    """What a snapshot says, without ids, moments and chance."""
    release = snapshot.release
    return {
        "stages": {stage.name: stage.status for stage in snapshot.pipeline.stages},
        "executions": [(each.status, each.message) for each in snapshot.pipeline.executions],
        "release": release
        and (release.status, {f.key: (f.from_version, f.to_version, f.state) for f in release.functions}),
        "functions": {
            f.key: (f.version, f.new_version, f.new_percent, f.alarm_state) for f in snapshot.functions
        },
        "shifts": {
            s.key: (
                s.percent,
                s.planned_percent,
                s.strategy,
                s.status,
                [(hook.name, hook.status) for hook in s.hooks],
            )
            for s in snapshot.shifts
        },
        "plan": {shift.key: [step.percent for step in shift.plan] for shift in snapshot.shifts},
        "alarms": {
            alarm.function: (alarm.version, alarm.threshold, alarm.period_seconds)
            for alarm in snapshot.alarms
        },
        "traffic": {
            each.key: (
                [version.version for version in each.versions],
                sum(point.invocations for version in each.versions for point in version.points),
                # The old version is bootstrap code, which fails.
                sum(point.errors for point in each.versions[-1].points),
                each.threshold,
            )
            for each in snapshot.traffic
        },
        "sources": {
            each.key: (each.source, sum(version.invocations for version in each.versions))
            for each in snapshot.sources
        },
        "ledger": [row.status for row in snapshot.ledger.releases],
        "attention": [(each.kind, each.stage, each.next) for each in snapshot.attention],
    }

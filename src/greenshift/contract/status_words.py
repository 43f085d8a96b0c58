"""Statuses as people read them: one spelling, whoever keeps the status and in whatever case.

CodePipeline says ``Succeeded``, CodeBuild and the ledger ``SUCCEEDED``. Programs get them as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

WORDS: Mapping[str, str] = MappingProxyType(
    {
        # CodePipeline's actions, stages and executions
        "Succeeded": "succeeded",
        "InProgress": "running",
        "Failed": "failed",
        "Stopped": "stopped",
        "Stopping": "stopping",
        "Abandoned": "abandoned",
        "Cancelled": "cancelled",
        "Superseded": "superseded",
        # releases and functions in the ledger
        "PUBLISHING": "publishing",
        "PUBLISHED": "published",
        "SHIFTING": "shifting",
        "SHIFTED": "shifted",
        "WAITING": "waiting",
        "BAKING": "under observation",
        "HALTED": "halted",
        "ROLLING_BACK": "rolling back",
        "ROLLED_BACK": "rolled back",
        "SUCCEEDED": "succeeded",
        "UNCHANGED": "unchanged",
        "FAILED": "failed",
        # CodeDeploy's lifecycle events
        "Pending": "pending",
        "Skipped": "skipped",
        "Unknown": "unknown",
        # CodeBuild's builds
        "IN_PROGRESS": "running",
        "FAULT": "ended by a fault",
        "TIMED_OUT": "out of time",
        "STOPPED": "stopped",
        # alarms
        "OK": "OK",
        "ALARM": "alarm",
        "INSUFFICIENT_DATA": "no data yet",
    }
)


def word(status: str) -> str:
    """``rolled back`` for ``ROLLED_BACK``; one that is not known in small letters."""
    return WORDS.get(status, status.lower().replace("_", " "))

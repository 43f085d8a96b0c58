"""How long a log group keeps what is written to it."""

from __future__ import annotations

from dataclasses import dataclass

from greenshift.verify.stack import Stack


@dataclass(frozen=True)
class LogGroup:
    name: str
    retention_days: int | None
    """None means for ever."""


def read_log_group(stack: Stack, name: str) -> LogGroup | None:
    """None when nobody has made it."""
    found = stack.aws.pages("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=name)
    match = next((each for each in found if each["logGroupName"] == name), None)
    return None if match is None else LogGroup(name, match.get("retentionInDays"))

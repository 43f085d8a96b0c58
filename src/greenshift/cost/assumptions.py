"""What is assumed of a stack's use, where nobody says otherwise."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Assumptions:
    """Whatever no resource says. The first ones depend on you, the others are Greenshift's own work."""

    shift_minutes: float
    """From the first move of traffic to the end of the release: the rollout, waves and bake."""
    releases: int = 20
    """In a month."""
    build_minutes: float = 3.0
    calls: int = 0
    """Of all your functions together in a month: theirs is the cost of Lambda, not of releasing."""
    call_ms: float = 100.0
    package_mb: float = 5.0
    """One function's package."""

    publish_seconds: float = 30.0
    """Of the controller: unpack, compare, upload; and for each function:"""
    publish_seconds_each: float = 4.0
    looks_per_minute: float = 2.0
    look_seconds: float = 2.0
    look_seconds_each: float = 0.05
    hook_seconds: float = 5.0
    events: int = 12
    """The recorder hears of in a release; and for each function:"""
    events_each: int = 3
    event_seconds: float = 1.0
    writes: int = 40
    """Of the ledger in a release, each of one to three units; and for each function:"""
    writes_each: int = 8
    reads: int = 150
    reads_each: int = 20
    log_mb: float = 1.0
    log_mb_each: float = 0.1
    row_kb: float = 4.0
    """Of a release in the ledger; and for each function:"""
    row_kb_each: float = 2.0

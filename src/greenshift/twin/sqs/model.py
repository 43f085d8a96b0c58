"""Messages and what a queue is set to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from greenshift.twin.callers.chain import NONE, Chain

Attributes = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Redrive:
    """Where a message goes that was received too often."""

    target: str
    most: int


@dataclass(frozen=True)
class Settings:
    """Attributes of a queue that decide; seconds and bytes (API reference: SetQueueAttributes)."""

    visibility: int = 30
    delay: int = 0
    retention: int = 345_600
    largest: int = 1_048_576
    wait: int = 0
    is_fifo: bool = False
    by_content: bool = False
    scope: str = "queue"
    redrive: Redrive | None = None


@dataclass(eq=False, slots=True)
class Message:
    """One message; times in seconds of the twin, ``order`` rises within a queue."""

    id: str
    body: str
    sent: float
    order: int
    attributes: Attributes
    system: Attributes
    size: int
    sender: str
    group: str | None = None
    deduplication: str | None = None
    sequence: str | None = None
    visible: float = 0.0
    hiding: int = 0
    """Which hiding counts: an earlier one has no effect any more."""
    received: int = 0
    first_received: float | None = None
    is_in_flight: bool = False
    is_gone: bool = False
    handle: str = ""
    chain: Chain = NONE
    from_queue: str | None = None
    """The ARN of the queue it was moved here from."""


@dataclass(frozen=True)
class Sent:
    """What is to be sent, read and checked."""

    body: str
    attributes: Attributes = field(default_factory=dict)
    system: Attributes = field(default_factory=dict)
    delay: int | None = None
    group: str | None = None
    deduplication: str | None = None
    size: int = 0

"""A mapping: from where, to which function, by which rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from greenshift.twin.sources.filters import Filter

Kind = Literal["sqs", "kinesis", "dynamodb"]


@dataclass(frozen=True)
class Rules:
    """How a mapping polls and what it does with failures; ``None`` where AWS shows nothing.

    ``retries`` and ``age``: -1 is for ever (API reference: CreateEventSourceMapping).
    """

    batch_size: int
    window: int = 0
    filters: tuple[Filter, ...] = ()
    reports_items: bool = False
    concurrency: int | None = None
    starting_position: str | None = None
    starting_time: float | None = None
    retries: int = -1
    age: int = -1
    bisect: bool = False
    parallel: int = 1
    on_failure: str | None = None


@dataclass
class Mapping:
    """One mapping; its state follows from ``wanted`` and from whether ``settled_at`` has passed."""

    uuid: str
    source: str
    kind: Kind
    function: str
    qualifier: str | None
    rules: Rules
    modified: float
    enabled: bool
    changing: str
    settled_at: float
    result: str = "No records processed"
    tags: dict[str, str] = field(default_factory=dict)
    positions: dict[str, str] = field(default_factory=dict)
    """Of a stream: the iterator at which each shard goes on; empty for one that was read to its end."""

    @property
    def service(self) -> str:
        """The service whose calls poll the source, by botocore's name."""
        return "dynamodbstreams" if self.kind == "dynamodb" else self.kind

    @property
    def label(self) -> str:
        """The source as AWS's refusals name it."""
        return {"sqs": "SQS", "kinesis": "Kinesis", "dynamodb": "DynamoDB"}[self.kind]

    def state(self, now: float) -> str:
        """Developer guide, "Event source mapping API": Creating, Enabling, Enabled, Disabling, Disabled,
        Updating, Deleting."""
        if now < self.settled_at:
            return self.changing
        return "Enabled" if self.enabled else "Disabled"

    def is_gone(self, now: float) -> bool:
        return self.changing == "Deleting" and now >= self.settled_at

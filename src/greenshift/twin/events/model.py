"""Rules, their targets, and the events they are about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Literal

from greenshift.twin.events.inputs import TargetInput
from greenshift.twin.events.patterns import Pattern, matches

DEFAULT_BUS = "default"
RuleState = Literal["ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"]


@dataclass(frozen=True)
class Event:
    """An event in its envelope (EventBridge user guide: "AWS service event metadata")."""

    id: str
    envelope: Mapping[str, Any] = field(hash=False)

    @classmethod
    def of(
        cls,
        *,
        id: str,
        source: str,
        detail_type: str,
        account: str,
        region: str,
        time: float,
        resources: tuple[str, ...],
        detail: Mapping[str, Any],
    ) -> Event:
        envelope = {
            "version": "0",
            "id": id,
            "detail-type": detail_type,
            "source": source,
            "account": account,
            "time": datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": region,
            "resources": list(resources),
            # A copy through JSON: the event must not change under the feet of a target that gets it later.
            "detail": json.loads(json.dumps(detail, default=str)),
        }
        return cls(id, envelope)

    @property
    def milliseconds(self) -> int:
        """When it happened, as CloudWatch Logs counts time."""
        moment = datetime.strptime(self.envelope["time"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        return int(moment.timestamp() * 1000)

    @cached_property
    def size(self) -> int:
        """In bytes, as a target gets it that asks for nothing else."""
        return len(self.json())

    def json(self) -> str:
        return json.dumps(self.envelope, separators=(",", ":"))

    @property
    def is_replayed(self) -> bool:
        return "replay-name" in self.envelope

    def replayed(self, name: str) -> Event:
        """The same event as a replay sends it (user guide: "Archiving and replaying events")."""
        return Event(self.id, {**self.envelope, "replay-name": name})


@dataclass(frozen=True)
class RetryPolicy:
    """How long delivery is tried; the defaults are AWS's: 24 hours, 185 times."""

    attempts: int = 185
    age: int = 86_400


@dataclass(frozen=True)
class Target:
    """Where matching events go, and in what form."""

    id: str
    arn: str
    role_arn: str | None = None
    input: TargetInput = field(default_factory=TargetInput)
    # None where the user left the policy out, so that it is described as it was put.
    retry: RetryPolicy | None = None
    dead_letter_arn: str | None = None
    message_group: str | None = None

    @property
    def retry_policy(self) -> RetryPolicy:
        return self.retry or RetryPolicy()


@dataclass
class Rule:
    """A rule of a bus; ``targets`` by their id, in the order they were put."""

    name: str
    arn: str
    state: RuleState
    pattern_text: str | None
    pattern: Pattern | None
    schedule: str | None
    description: str | None
    role_arn: str | None
    bus: str = DEFAULT_BUS
    tags: dict[str, str] = field(default_factory=dict)
    targets: dict[str, Target] = field(default_factory=dict)

    def is_enabled(self) -> bool:
        return self.state != "DISABLED"

    def matches(self, event: Event) -> bool:
        return self.is_enabled() and self.pattern is not None and matches(self.pattern, event.envelope)

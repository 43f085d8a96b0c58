"""What was seen of the world in one look: plain values, so that `decide` can be tested without AWS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

# CodeDeploy's deployment statuses in which nothing moves any more [API reference: DeploymentStatus].
FINISHED = frozenset({"Succeeded", "Failed", "Stopped"})


@dataclass(frozen=True)
class Alias:
    """Where an alias sends traffic: 100 % to ``version`` unless ``weights`` names a second one."""

    version: str
    weights: Mapping[str, float] = field(default_factory=dict)

    def is_all_on(self, version: str) -> bool:
        return self.version == version and not self.is_split

    @property
    def is_split(self) -> bool:
        return any(weight > 0 for weight in self.weights.values())

    def share_of(self, version: str) -> float:
        """The part of the traffic, 0 to 1, that reaches ``version``."""
        if self.version == version:
            return 1.0 - sum(self.weights.values())
        return self.weights.get(version, 0.0)

    def __str__(self) -> str:
        if not self.is_split:
            return f"at version {self.version}"
        parts = [f"{self.share_of(v):.0%} on version {v}" for v in (self.version, *self.weights)]
        return f"split {', '.join(parts)}"


@dataclass(frozen=True)
class Deployment:
    """A CodeDeploy deployment as GetDeployment tells it."""

    id: str
    status: str
    error_code: str = ""
    error_message: str = ""
    rollback_id: str | None = None  # absent while CodeDeploy has not started a rollback of its own
    completed_at: datetime | None = None  # absent while it runs
    description: str = ""
    created_at: datetime | None = None

    @property
    def is_finished(self) -> bool:
        return self.status in FINISHED


@dataclass(frozen=True)
class AlarmSeen:
    """An alarm's state. ``version`` is absent when no metric of it names an ExecutedVersion."""

    name: str
    state: str
    reason: str = ""
    version: str | None = None

    @property
    def is_firing(self) -> bool:
        return self.state == "ALARM"


@dataclass(frozen=True)
class FunctionSeen:
    """One function in one look; a part is absent when it does not exist or could not be read."""

    alias: Alias | None = None
    forward: Deployment | None = None
    backward: Deployment | None = None
    alarm: AlarmSeen | None = None


@dataclass(frozen=True)
class Observation:
    """One look at every function of a release."""

    functions: Mapping[str, FunctionSeen]

    def of(self, key: str) -> FunctionSeen:
        return self.functions.get(key, FunctionSeen())

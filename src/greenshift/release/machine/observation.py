"""What was seen of the world in one look: plain values, so that `decide` can be tested without AWS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from greenshift.contract.text import percent

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
        parts = [f"{percent(self.share_of(v))} on version {v}" for v in (self.version, *self.weights)]
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
    """An alarm's state. ``version`` is absent when no metric of it names an ExecutedVersion, ``threshold``
    when the alarm has none of its own (anomaly detection, composite alarms).
    """

    name: str
    state: str
    reason: str = ""
    version: str | None = None
    threshold: float | None = None

    @property
    def is_firing(self) -> bool:
        return self.state == "ALARM"


# So few failures prove nothing of a version.
_FAILURES = 3


@dataclass(frozen=True)
class Calls:
    """How often one version was called through its alias in some span of time, and how often it failed.

    ``is_of_alias`` when some of it is the alias's own metrics, since the version had none: then its alarm,
    which watches the version, saw nothing either.
    """

    invocations: int = 0
    errors: int = 0
    is_of_alias: bool = False

    def is_failing(self, threshold: float) -> bool:
        """Whether more than ``threshold`` percent failed, and not just one or two by chance."""
        return self.errors >= _FAILURES and 100 * self.errors > threshold * self.invocations

    def __str__(self) -> str:
        return f"{self.errors} of {self.invocations} calls"


@dataclass(frozen=True)
class FunctionSeen:
    """One function in one look; a part is absent when it does not exist, could not be read, or was not
    asked for: ``recorded`` (where the ledger says the alias is) and ``is_released`` (whether a release
    published what is live) only before the shift, ``new`` only for rules that need it, ``old`` only on the
    way back.
    """

    alias: Alias | None = None
    forward: Deployment | None = None
    backward: Deployment | None = None
    alarm: AlarmSeen | None = None
    others: tuple[AlarmSeen, ...] = ()  # further alarms of the group, which do not watch one version
    recorded: str | None = None
    is_released: bool | None = None
    new: Calls | None = None
    old: Calls | None = None

    @property
    def alarms(self) -> tuple[AlarmSeen, ...]:
        return self.others if self.alarm is None else (self.alarm, *self.others)


@dataclass(frozen=True)
class Observation:
    """One look at every function of a release. ``newer`` is a later release that this one gives way to."""

    functions: Mapping[str, FunctionSeen]
    newer: str | None = None

    def of(self, key: str) -> FunctionSeen:
        return self.functions.get(key, FunctionSeen())

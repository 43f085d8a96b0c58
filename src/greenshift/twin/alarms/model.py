"""What an alarm is: its definition, as a user put it, and its state, as the evaluation left it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from greenshift.twin.alarms.composite import Rule, alarm_name
from greenshift.twin.alarms.queries import MetricQuery, MetricStat

StateValue = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]
SuppressedBy = Literal["", "Alarm", "WaitPeriod", "ExtensionPeriod"]
TreatMissingData = Literal["missing", "notBreaching", "breaching", "ignore"]
Comparison = Literal[
    "GreaterThanThreshold",
    "GreaterThanOrEqualToThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
]


@dataclass(frozen=True)
class Threshold:
    """When points make an alarm: at least ``needed`` of the newest ``periods`` points breach."""

    periods: int
    needed: int
    comparison: Comparison
    value: float
    treat_missing: TreatMissingData

    def is_breached_by(self, value: float) -> bool:
        match self.comparison:
            case "GreaterThanThreshold":
                return value > self.value
            case "GreaterThanOrEqualToThreshold":
                return value >= self.value
            case "LessThanThreshold":
                return value < self.value
            case "LessThanOrEqualToThreshold":
                return value <= self.value


@dataclass(frozen=True)
class Actions:
    """What to do when an alarm enters a state: ARNs, in order."""

    enabled: bool = True
    ok: tuple[str, ...] = ()
    alarm: tuple[str, ...] = ()
    insufficient_data: tuple[str, ...] = ()

    def on(self, state: StateValue) -> tuple[str, ...]:
        return {"OK": self.ok, "ALARM": self.alarm, "INSUFFICIENT_DATA": self.insufficient_data}[state]


@dataclass(frozen=True)
class MetricAlarm:
    """An alarm on one metric (``metric``) or on an expression over several (``queries``)."""

    name: str
    description: str | None
    actions: Actions
    threshold: Threshold
    period: int
    metric: MetricStat | None = None
    queries: tuple[MetricQuery, ...] = ()
    # As the user gave them, to describe the alarm in the same words.
    datapoints_to_alarm: int | None = None
    treat_missing_data: str | None = None
    evaluate_low_samples: str | None = None
    has_sliding_window: bool = False

    def metrics(self) -> tuple[MetricStat, ...]:
        """Every metric the alarm reads."""
        if self.metric is not None:
            return (self.metric,)
        return tuple(query.stat for query in self.queries if query.stat is not None)


@dataclass(frozen=True)
class Suppressor:
    """The alarm (a name or an ARN) that keeps a composite alarm from acting; periods are in seconds."""

    alarm: str
    wait: int
    extension: int

    @property
    def name(self) -> str:
        return alarm_name(self.alarm)


@dataclass(frozen=True)
class CompositeAlarm:
    """An alarm on the states of other alarms."""

    name: str
    description: str | None
    actions: Actions
    text: str
    rule: Rule
    suppressor: Suppressor | None = None


Definition = MetricAlarm | CompositeAlarm


@dataclass(frozen=True)
class State:
    """``since`` is when the alarm entered this value, ``updated`` when anything of it was last written;
    ``suppressed_by`` is what keeps it from acting (empty: nothing)."""

    value: StateValue
    reason: str
    reason_data: str
    updated: float
    since: float
    suppressed_by: SuppressedBy = ""


@dataclass
class Alarm:
    """A definition with its state; the only thing here that changes."""

    definition: Definition
    arn: str
    state: State
    configured: float
    tags: dict[str, str] = field(default_factory=dict)
    # The version of its metrics at which it was evaluated without finding any data: until something
    # is measured, evaluating it again cannot change its state.
    settled: int | None = None

    @property
    def name(self) -> str:
        return self.definition.name

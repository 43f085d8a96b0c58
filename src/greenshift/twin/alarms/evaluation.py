"""From the newest points of an alarm to its state; pure.

The rules are those of "Configuring how CloudWatch alarms treat missing data" (CloudWatch user guide):

- CloudWatch looks at more points than the alarm needs (the evaluation range), so that late data still counts;
- with at least N real points, the newest N real ones decide and missing ones play no part;
- with fewer, missing points count as TreatMissingData says, as few of them as possible;
- an alarm goes to ALARM prematurely when all it has is breaching, and for long enough: see ``_is_premature``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from greenshift.twin.alarms.model import StateValue, Threshold


@dataclass(frozen=True)
class Datapoint:
    """One period: when it began and what was measured, None if nothing."""

    timestamp: float
    value: float | None


@dataclass(frozen=True)
class Verdict:
    """The state points lead to, with those that decided: real ones newest first, and how many were filled."""

    state: StateValue
    considered: tuple[Datapoint, ...]
    breaching: int
    filled: int


def evaluate(points: Sequence[Datapoint], threshold: Threshold, previous: StateValue) -> Verdict:
    """Judge the points of an evaluation range, oldest first."""
    real = [point for point in reversed(points) if point.value is not None]
    considered = tuple(real[: threshold.periods])
    breaching = sum(_breaches(point, threshold) for point in considered)
    filled = threshold.periods - len(considered)
    state = _state(points, threshold, previous, breaching, len(considered))
    return Verdict(state, considered, breaching, filled)


def _state(
    points: Sequence[Datapoint], threshold: Threshold, previous: StateValue, breaching: int, real: int
) -> StateValue:
    if breaching >= threshold.needed:
        return "ALARM"
    if real >= threshold.periods:
        return "OK"
    match threshold.treat_missing:
        case "notBreaching":
            return "OK"
        case "breaching":
            filled = threshold.periods - real
            return "ALARM" if breaching + filled >= threshold.needed else "OK"
        case "ignore":
            return previous if breaching == real else "OK"
        case "missing":
            if real == 0:
                return "INSUFFICIENT_DATA"
            is_premature = breaching == real and _is_premature(points, threshold)
            return "ALARM" if is_premature else "OK"


def _is_premature(points: Sequence[Datapoint], threshold: Threshold) -> bool:
    """Whether the oldest point, all being breaching, is at least as old as the points an alarm needs."""
    age = next(len(points) - index for index, point in enumerate(points) if point.value is not None)
    return age >= threshold.needed


def _breaches(point: Datapoint, threshold: Threshold) -> bool:
    return point.value is not None and threshold.is_breached_by(point.value)

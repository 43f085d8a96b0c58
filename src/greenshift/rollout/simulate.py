"""What a bad release would cost under a strategy: how many requests it hurts, and when the alarm ends it.

A prediction, not a measurement: it works with expected values (half a failing request is half a request), the
alarm watches the new version alone, and its periods start with the shift. What chance adds is said in one
number, ``chance_unseen``: with little traffic a canary may never meet a failing request at all.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from greenshift.rollout.schedule import duration, steps
from greenshift.rollout.strategy import Strategy


@dataclass(frozen=True)
class Traffic:
    """Requests to the alias per minute, and the share of them the new version fails."""

    requests_per_minute: float
    failing_percent: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.requests_per_minute) and self.requests_per_minute >= 0):
            raise ValueError(f"requests per minute must be 0 or more, not {self.requests_per_minute}")
        if not 0 <= self.failing_percent <= 100:
            raise ValueError(f"the failing share must be 0 to 100 percent, not {self.failing_percent}")


@dataclass(frozen=True)
class AlarmSettings:
    """An error-rate alarm: more than ``threshold_percent`` in M of the last N periods, seen after a delay."""

    threshold_percent: float
    period_minutes: int = 1
    evaluation_periods: int = 1
    datapoints_to_alarm: int = 1
    delay_minutes: float = 0.5

    def __post_init__(self) -> None:
        if not 0 <= self.threshold_percent <= 100:
            raise ValueError(f"the threshold must be 0 to 100 percent, not {self.threshold_percent}")
        if self.period_minutes < 1 or self.delay_minutes < 0:
            raise ValueError("the period must be at least 1 minute and the delay not negative")
        if not 1 <= self.datapoints_to_alarm <= self.evaluation_periods:
            raise ValueError("datapoints to alarm must be 1 to the number of evaluation periods")


@dataclass(frozen=True)
class Prediction:
    """How the shift ends. ``stopped_at_minutes`` is None when the alarm is too late or never fires."""

    stopped_at_minutes: float | None
    percent_reached: int
    requests_on_new: float
    requests_hurt: float
    chance_unseen: float
    minutes_watched: float


def simulate(
    strategy: Strategy, traffic: Traffic, alarm: AlarmSettings | None, *, watch_minutes: float = 0
) -> Prediction:
    """Predict a release of a version that fails ``traffic.failing_percent`` of its requests.

    ``watch_minutes`` is how long the deployment stays open after 100 % (an AfterAllowTraffic hook's time): an
    alarm can stop it only while it is open.
    """
    end = duration(strategy) + watch_minutes
    fires = _alarm_fires_at(traffic, alarm) if alarm else None
    stopped = fires if fires is not None and fires < end else None
    until = end if stopped is None else stopped
    requests = traffic.requests_per_minute * _exposed_minutes(strategy, until)
    failing = traffic.failing_percent / 100
    return Prediction(
        stopped_at_minutes=stopped,
        percent_reached=max(step.percent for step in steps(strategy) if step.at_minutes <= until),
        requests_on_new=requests,
        requests_hurt=requests * failing,
        chance_unseen=(1 - failing) ** requests,
        minutes_watched=until,
    )


def _alarm_fires_at(traffic: Traffic, alarm: AlarmSettings) -> float | None:
    # From minute 0 on the new version always has some traffic, so its error rate is the same in every period:
    # either each period breaches or none does. The rate of no requests is no data, which is not breaching.
    if traffic.requests_per_minute == 0 or traffic.failing_percent <= alarm.threshold_percent:
        return None
    return alarm.datapoints_to_alarm * alarm.period_minutes + alarm.delay_minutes


def _exposed_minutes(strategy: Strategy, until: float) -> float:
    """Minutes of *full* traffic the new version has had by then: the area under the schedule."""
    moves = steps(strategy)
    ends = [*(move.at_minutes for move in moves[1:]), math.inf]
    return sum(
        (min(end, until) - move.at_minutes) * move.percent / 100
        for move, end in zip(moves, ends, strict=True)
        if move.at_minutes < until
    )

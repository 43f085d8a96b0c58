"""When each share of traffic moves.

A schedule is a short tuple of steps: ``Linear(10, 1)`` is 10 % at minute 0, 20 % at minute 1, ... 100 % at
minute 9. A step's percentage is what the new version has *from then on*, never an increment, so a reader can
start at any step.
"""

from __future__ import annotations

from dataclasses import dataclass

from greenshift.rollout.strategy import AllAtOnce, Canary, Linear, Strategy


@dataclass(frozen=True)
class Step:
    """From this minute on, the new version has this share of the traffic."""

    at_minutes: int
    percent: int


def steps(strategy: Strategy) -> tuple[Step, ...]:
    """All moves in order; the first is at minute 0, the last is 100 %."""
    match strategy:
        case AllAtOnce():
            return (Step(0, 100),)
        case Canary(percentage, interval):
            return (Step(0, percentage), Step(interval, 100))
        case Linear(percentage, interval):
            return _linear_steps(percentage, interval)


def _linear_steps(percentage: int, interval: int) -> tuple[Step, ...]:
    # 30 % steps are 30, 60, 90, 100: the last increment takes what is left, it never overshoots.
    increments = -(-100 // percentage)
    return tuple(Step(n * interval, min(100, (n + 1) * percentage)) for n in range(increments))


def weight_at(strategy: Strategy, elapsed_minutes: float) -> int:
    """The new version's share in percent so long after the shift began; before it began, 0."""
    return max((step.percent for step in steps(strategy) if step.at_minutes <= elapsed_minutes), default=0)


def duration(strategy: Strategy) -> int:
    """Minutes from the first move to the last."""
    return steps(strategy)[-1].at_minutes

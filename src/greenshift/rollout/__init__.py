"""How traffic moves from the old version to the new one over time.

In: the name of a strategy, minutes, and what a user expects of the traffic. Out: percentages, schedules and
predictions. Everything here is a pure function of its arguments: it knows no clock, no AWS, no file.
"""

from __future__ import annotations

from greenshift.rollout.schedule import Step, duration, steps, weight_at
from greenshift.rollout.strategy import (
    AllAtOnce,
    Canary,
    Linear,
    Strategy,
    StrategyError,
    parse_strategy,
    predefined_config,
    text,
)

__all__ = [
    "AllAtOnce",
    "Canary",
    "Linear",
    "Step",
    "Strategy",
    "StrategyError",
    "duration",
    "parse_strategy",
    "predefined_config",
    "steps",
    "text",
    "weight_at",
]

"""The three ways CodeDeploy moves a Lambda alias, and the names people write for them.

    AllAtOnce                       everything now
    Canary10Percent5Minutes         10 % now, the rest after 5 minutes
    Linear10PercentEvery1Minute     10 % now, and 10 % more each minute

An instance that exists is valid: the bounds are checked where a strategy is made, nobody downstream has to.
Bounds are the user guide's: at most 99 % in one increment, and first to last shift within 2,880 minutes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from greenshift.errors import GreenshiftError

LONGEST_SHIFT_MINUTES = 2880
ALLOWED = "AllAtOnce, Canary<N>Percent<M>Minutes or Linear<N>PercentEvery<M>Minute(s)"
PREDEFINED_PREFIX = "CodeDeployDefault.Lambda"

# User guide, "Predefined deployment configurations for an AWS Lambda compute platform"; only "Every1Minute"
# is singular.
PREDEFINED_TEXTS = (
    "Canary10Percent5Minutes",
    "Canary10Percent10Minutes",
    "Canary10Percent15Minutes",
    "Canary10Percent30Minutes",
    "Linear10PercentEvery1Minute",
    "Linear10PercentEvery2Minutes",
    "Linear10PercentEvery3Minutes",
    "Linear10PercentEvery10Minutes",
    "AllAtOnce",
)

_NUMBER = r"(0|[1-9][0-9]{0,5})"
_CANARY = re.compile(rf"Canary{_NUMBER}Percent{_NUMBER}Minutes?")
_LINEAR = re.compile(rf"Linear{_NUMBER}PercentEvery{_NUMBER}Minutes?")


class StrategyError(GreenshiftError, ValueError):
    """A text or a pair of numbers that is no rollout strategy; a ValueError too, as validators expect."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(
            f"rollout strategy {text!r}: {reason}",
            hint="write AllAtOnce, Canary10Percent5Minutes or Linear10PercentEvery1Minute with your numbers",
        )
        self.text = text
        self.reason = reason


@dataclass(frozen=True)
class AllAtOnce:
    """All traffic in one move."""


@dataclass(frozen=True)
class Canary:
    """A first share at once, everything after one interval."""

    percentage: int
    interval_minutes: int

    def __post_init__(self) -> None:
        _check_bounds(self, self.percentage, self.interval_minutes, self.interval_minutes)


@dataclass(frozen=True)
class Linear:
    """The same share again and again, one interval apart; the last one takes what is left."""

    percentage: int
    interval_minutes: int

    def __post_init__(self) -> None:
        increments = -(-100 // self.percentage) if self.percentage > 0 else 1
        _check_bounds(self, self.percentage, self.interval_minutes, (increments - 1) * self.interval_minutes)


Strategy = AllAtOnce | Canary | Linear


def parse_strategy(text: str) -> Strategy:
    """Read ``Canary10Percent5Minutes`` and its siblings, or the full name of one of AWS's nine configs."""
    name = text.removeprefix(PREDEFINED_PREFIX)
    if name != text and name not in PREDEFINED_TEXTS:
        raise StrategyError(text, f"AWS has no predefined config of this name; drop {PREDEFINED_PREFIX!r}")
    if name == "AllAtOnce":
        return AllAtOnce()
    if match := _CANARY.fullmatch(name):
        return Canary(int(match[1]), int(match[2]))
    if match := _LINEAR.fullmatch(name):
        return Linear(int(match[1]), int(match[2]))
    raise StrategyError(text, ALLOWED)


def text(strategy: Strategy) -> str:
    """The name ``parse_strategy`` reads back, spelt as AWS spells its own."""
    match strategy:
        case AllAtOnce():
            return "AllAtOnce"
        case Canary(percentage, minutes):
            return f"Canary{percentage}Percent{_minutes(minutes)}"
        case Linear(percentage, minutes):
            return f"Linear{percentage}PercentEvery{_minutes(minutes)}"


def predefined_config(strategy: Strategy) -> str | None:
    """The deployment config AWS already has for this strategy; None when a custom one must be created."""
    name = text(strategy)
    return PREDEFINED_PREFIX + name if name in PREDEFINED_TEXTS else None


def _minutes(count: int) -> str:
    return f"{count}Minute" if count == 1 else f"{count}Minutes"


def _check_bounds(strategy: Canary | Linear, percentage: int, interval: int, total: int) -> None:
    if not 1 <= percentage <= 99:
        raise StrategyError(text(strategy), f"the percentage must be 1 to 99, not {percentage}")
    if interval < 1:
        raise StrategyError(text(strategy), f"the interval must be at least 1 minute, not {interval}")
    if total > LONGEST_SHIFT_MINUTES:
        raise StrategyError(
            text(strategy), f"it takes {total} minutes, and CodeDeploy allows {LONGEST_SHIFT_MINUTES}"
        )

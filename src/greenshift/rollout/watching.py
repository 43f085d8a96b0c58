"""How soon an alarm can speak against a version that fails from its first call on, and who still listens.

A release that is over before that moment succeeds whatever its version does: the alarm had no data yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# From the end of a period until its metrics are there and an alarm was evaluated with them. CloudWatch
# promises no time; one to three minutes after the first error are usual for periods of one minute.
METRICS_DELAY_MINUTES = 2


@dataclass(frozen=True)
class Watch:
    """One function's strategy beside its alarm; times are minutes, ``period`` is seconds.

    ``shifting`` is from the function's first move until the last function of all waves has arrived.
    """

    rollout: str
    shifting: int
    bake: int
    period: int
    datapoints: int

    @property
    def needed(self) -> int:
        """From the first bad call to an alarm that needs so many bad periods."""
        return -(-self.period * self.datapoints // 60) + METRICS_DELAY_MINUTES

    @property
    def is_too_short(self) -> bool:
        """Whether every function has arrived before the alarm can speak."""
        return self.shifting < self.needed

    @property
    def is_covered(self) -> bool:
        """Whether the release is still open then."""
        return self.shifting + self.bake >= self.needed

    @property
    def what(self) -> str:
        return (
            f"{self.rollout} is too short for its alarm: all traffic is on the new version after "
            f"{_minutes(self.shifting)}, and the alarm cannot speak before {_minutes(self.needed)}"
        )

    @property
    def why(self) -> str:
        needs = (
            f"{self.datapoints} x {self.period} s of calls and {METRICS_DELAY_MINUTES} minutes for metrics"
        )
        if self.is_covered:
            return (
                f"it needs {needs}; so a release is watched for {_minutes(self.bake)} after all have arrived"
            )
        open_for = _minutes(self.shifting + self.bake)
        return f"it needs {needs}; a release is over after {open_for}, so a bad version would succeed"

    @property
    def fix(self) -> str:
        if self.is_covered:
            return "nothing has to be done; a longer rollout keeps a bad version at its first share"
        missing = self.needed - self.shifting
        return f"shift.bakeMinutes of {missing} or more (what it is by default), or a longer rollout"


def shifting_minutes(lengths: Mapping[str, int], waves: Mapping[str, int]) -> dict[str, int]:
    """Minutes from each function's first move until the last function of all waves has arrived.

    ``lengths`` are the minutes of each rollout; functions of one wave move side by side.
    """
    longest: dict[int, int] = {}
    for key, length in lengths.items():
        longest[waves[key]] = max(longest.get(waves[key], 0), length)
    return {key: sum(longest[wave] for wave in longest if wave >= waves[key]) for key in lengths}


def _minutes(count: int) -> str:
    return f"{count} minute" if count == 1 else f"{count} minutes"

"""When a new version counts as bad: for all functions, and what one function has otherwise."""

from __future__ import annotations

import math
from typing import Self

from pydantic import model_validator

from greenshift.settings.fields import Section, setting, whole
from greenshift.settings.violation import Violation

_THRESHOLD = "a number above 0 and up to 100"
_PERIOD = "a multiple of 60 seconds from 60 to 3600"
_ALSO_ALLOWED = "a list of at most 9 names of alarms"
# CodeDeploy user guide, quotas: 10 alarms a deployment group; one of them is ours.
_MOST_OTHERS = 9
NEVER_FIRES = "it is at most evaluationPeriods, or the alarm never fires"


class AlarmSettings(Section):
    """When a new version counts as bad: more than ``threshold`` percent of its invocations fail."""

    threshold: float = setting(
        5.0, "Error rate in percent above which a version is bad.", allowed=_THRESHOLD, gt=0, le=100
    )
    period: int = setting(
        60,
        "Seconds of one data point.",
        allowed=_PERIOD,
        ge=60,
        le=3600,
        multiple_of=60,
    )
    evaluation_periods: int = whole(1, "How many periods are looked at.", 1, 60)
    datapoints_to_alarm: int = whole(1, "How many of them must be bad.", 1, 60)
    minimum_calls: int | None = whole(
        None,
        "A period with fewer calls counts as if it had so many, the missing ones good. Default: "
        "100 / threshold, so that one error alone never trips.",
        1,
        1000000,
        example=20,
    )
    also: tuple[str, ...] = setting(
        (),
        "Further alarms that stop a shift, by name: alarms of yours, on whatever matters to you.",
        allowed=_ALSO_ALLOWED,
        example=["orders-per-minute-low"],
        max_length=_MOST_OTHERS,
    )

    @model_validator(mode="after")
    def _alarm_can_fire(self) -> Self:
        if not self.can_fire:
            raise Violation(NEVER_FIRES, at=("datapointsToAlarm",))
        return self

    @property
    def least_calls(self) -> int:
        """So many that one error is not more than the threshold, unless it was said otherwise."""
        return math.ceil(100 / self.threshold) if self.minimum_calls is None else self.minimum_calls

    @property
    def can_fire(self) -> bool:
        return self.datapoints_to_alarm <= self.evaluation_periods


class AlarmOverride(Section):
    """What of it one function has otherwise; what is left out is as for everybody."""

    threshold: float | None = setting(
        None,
        "Error rate in percent above which a version of this function is bad.",
        allowed=_THRESHOLD,
        example=1.5,
        gt=0,
        le=100,
    )
    period: int | None = setting(
        None,
        "Seconds of one data point.",
        allowed=_PERIOD,
        example=120,
        ge=60,
        le=3600,
        multiple_of=60,
    )
    evaluation_periods: int | None = whole(None, "How many periods are looked at.", 1, 60, example=3)
    datapoints_to_alarm: int | None = whole(None, "How many of them must be bad.", 1, 60, example=2)
    minimum_calls: int | None = whole(
        None,
        "A period of this function with fewer calls counts as if it had so many.",
        1,
        1000000,
        example=50,
    )
    also: tuple[str, ...] | None = setting(
        None,
        "Further alarms that stop a shift of this function, by name.",
        allowed=_ALSO_ALLOWED,
        example=["payment-provider-down"],
        max_length=_MOST_OTHERS,
    )

    def over(self, base: AlarmSettings) -> AlarmSettings:
        """``base`` with what is said here instead; whether that can fire is for the caller to check."""
        return base.model_copy(update=self.model_dump(exclude_none=True))

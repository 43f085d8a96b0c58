"""What the alarm of a function makes of a minute with few calls, evaluated as the twin's CloudWatch does."""

from __future__ import annotations

import pytest

from greenshift.contract.error_rate import expression
from greenshift.settings.alarms import AlarmOverride, AlarmSettings


def rate(text: str, invocations: int, errors: int) -> float:
    condition, many, few = text.removeprefix("IF(").removesuffix(")").split(", ")
    names = {"invocations": invocations, "errors": errors}
    return float(eval(many if eval(condition, {}, names) else few, {}, names))


# Calls in the minute, errors of them, and whether more than 5 % counts as bad.
MINUTES = [
    (0, 0, False),
    (1, 1, False),  # a single error never trips
    (4, 1, False),
    (41, 1, False),
    (4, 2, True),  # two do, unless there are many calls
    (3, 3, True),
    (41, 3, True),
    (100, 5, False),
]


@pytest.mark.parametrize(("invocations", "errors", "is_bad"), MINUTES)
def test_a_single_error_in_a_quiet_minute_does_not_trip_and_two_do(
    invocations: int, errors: int, is_bad: bool
) -> None:
    settings = AlarmSettings()

    assert (rate(expression(settings.least_calls), invocations, errors) > settings.threshold) is is_bad


@pytest.mark.parametrize(("threshold", "least"), [(5.0, 20), (1.0, 100), (0.3, 334), (50.0, 2), (100.0, 1)])
def test_the_default_is_as_many_as_one_error_needs(threshold: float, least: int) -> None:
    settings = AlarmSettings(threshold=threshold)

    assert settings.least_calls == least
    assert rate(expression(least), 1, 1) <= threshold


def test_a_function_may_say_otherwise() -> None:
    every_error = AlarmOverride(minimumCalls=1).over(AlarmSettings())

    assert rate(expression(every_error.least_calls), 1, 1) == 100.0

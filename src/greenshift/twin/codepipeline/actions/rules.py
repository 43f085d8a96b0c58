"""The rules of conditions that are no actions: an alarm's state, a variable's value, a time of day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from greenshift.twin import cron
from greenshift.twin.codepipeline.actions.codebuild import run_build
from greenshift.twin.codepipeline.actions.contract import Action, ActionContext, ActionFailed, Outcome
from greenshift.twin.codepipeline.actions.lambda_invoke import invoke_function
from greenshift.twin.codepipeline.declaration import ActionTypeId
from greenshift.twin.codepipeline.rule_types import rule_type

STATES = ("ALARM", "OK", "INSUFFICIENT_DATA")
_MINUTE = 60.0


async def check_alarm(context: ActionContext) -> Outcome:
    """Wait, then ask for the alarm's state; it passes in one of AlarmStates.

    AWS does not say what those are when none is given; here everything but ALARM passes.
    """
    wanted = [state.strip() for state in context.configuration.get("AlarmStates", "").split(",")]
    passing = [state for state in wanted if state] or ["OK", "INSUFFICIENT_DATA"]
    unknown = sorted(set(passing) - set(STATES))
    wait = context.configuration.get("WaitTime", "0")
    if unknown or not wait.isdecimal():
        raise ActionFailed(
            "ConfigurationError",
            f"AlarmStates are of {', '.join(STATES)}, and WaitTime is a number of minutes; "
            f"they are {', '.join(passing)} and {wait}",
        )
    await context.world.clock.sleep(int(wait) * _MINUTE)
    name = context.configuration["AlarmName"]
    answer = await context.call("cloudwatch", "DescribeAlarms", AlarmNames=[name])
    found = [*answer.get("MetricAlarms", ()), *answer.get("CompositeAlarms", ())]
    if not found:
        raise ActionFailed("ConfigurationError", f"There is no alarm with the name {name}")
    state = found[0]["StateValue"]
    if state not in passing:
        raise ActionFailed("JobFailed", f"The alarm {name} is in state {state}")
    return Outcome(summary=f"The alarm {name} is in state {state}")


async def check_variable(context: ActionContext) -> Outcome:
    given = context.configuration
    variable, operator, value = given["Variable"], given["Operator"], given["Value"]
    if holds(variable, operator, value):
        return Outcome(summary=f"{variable} {operator} {value}")
    raise ActionFailed("JobFailed", f"The variable's value '{variable}' is not {operator} '{value}'")


def holds(variable: str, operator: str, value: str) -> bool:
    """Raises ActionFailed for an operator there is not, or a pattern that is none."""
    match operator:
        case "EQ":
            return variable == value
        case "NE":
            return variable != value
        case "CONTAINS":
            return value in variable
        case "MATCHES":
            try:
                return re.fullmatch(value, variable) is not None
            except re.error as error:
                raise ActionFailed("ConfigurationError", f"'{value}' is no pattern: {error}") from error
    raise ActionFailed("ConfigurationError", f"Operator is EQ, NE, CONTAINS or MATCHES, not {operator}")


async def check_window(context: ActionContext) -> Outcome:
    """Whether this minute is one that the expression names."""
    expression, zone = context.configuration["Cron"], context.configuration.get("TimeZone", "UTC")
    try:
        window, where = cron.parse(f"cron({expression})"), ZoneInfo(zone)
    except (cron.CronError, KeyError, ValueError, OSError) as error:
        raise ActionFailed(
            "ConfigurationError", f"Cron '{expression}' in TimeZone '{zone}' is no window: {error}"
        ) from error
    minute = context.world.clock.time() // _MINUTE * _MINUTE
    if window.next_after(minute - 1, where) != minute:
        raise ActionFailed("JobFailed", f"Now is outside the deployment window {expression} ({zone})")
    return Outcome(summary=f"Now is in the deployment window {expression} ({zone})")


RULES: Mapping[ActionTypeId, Action] = {
    rule_type("CloudWatchAlarm"): check_alarm,
    rule_type("CodeBuild"): run_build,
    rule_type("DeploymentWindow"): check_window,
    rule_type("LambdaInvoke"): invoke_function,
    rule_type("VariableCheck"): check_variable,
}

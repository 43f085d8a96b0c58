"""An alarm that is to stop a release: it gets data, says what silence means, and hears nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from greenshift.guardrails.alarm_metrics import LAMBDA, METRICS, PUBLISHED, Metric, metrics, watches_lambda
from greenshift.guardrails.aws_types import ALARM
from greenshift.guardrails.resources import Inputs, Resource
from greenshift.guardrails.rule import ADVISORY, MANDATORY, AnyRule, Rule


def _alarm_has_data(alarm: Resource) -> Iterator[str]:
    """An alarm on a combination of dimensions that is never published stays quiet whatever happens."""
    seen: set[str] = set()
    for metric in metrics(alarm):
        for reason in _faults(metric):
            if reason not in seen:
                seen.add(reason)
                yield reason


def _faults(metric: Metric) -> Iterator[str]:
    if metric.namespace.lower() != LAMBDA.lower():
        return
    if metric.namespace != LAMBDA:
        yield f"namespace {metric.namespace!r} does not exist; Lambda's is {LAMBDA!r}"
    right = next((name for name in METRICS if name.lower() == metric.name.lower()), metric.name)
    if right != metric.name:
        yield f"metric {metric.name!r} does not exist; Lambda's is {right!r}"
    if metric.has_known_dimensions:
        yield from _dimension_faults(metric.dimensions)


def _dimension_faults(dimensions: Inputs) -> Iterator[str]:
    keys = dimensions.keys()
    if keys not in PUBLISHED:
        yield f"Lambda publishes nothing under {' + '.join(sorted(keys))}, so this alarm never gets data"
        return
    function, resource = dimensions.text("FunctionName"), dimensions.text("Resource")
    if function and resource and resource.split(":")[0] != function:
        yield f"Resource {resource!r} is not of function {function!r}: it is the name, or name:alias"
    elif resource and "ExecutedVersion" in keys and not _is_alias(resource):
        yield f"ExecutedVersion is published for aliases only, and Resource {resource!r} names none"
    if dimensions.text("ExecutedVersion") == "$LATEST":
        yield "ExecutedVersion is a number: an alias that is shifted never runs $LATEST"


def _is_alias(resource: str) -> bool:
    qualifier = resource.partition(":")[2]
    return bool(qualifier) and not qualifier.isdigit()


ALARM_HAS_DATA = Rule(
    name="alarm-has-data",
    why="An alarm that can never receive data can never stop a bad release.",
    fix="use FunctionName, FunctionName + Resource (name:alias), or both with ExecutedVersion (a number)",
    level=MANDATORY,
    types=(ALARM,),
    check=_alarm_has_data,
)


def _alarm_missing_data(alarm: Resource) -> Iterator[str]:
    """A function nobody calls publishes no data points at all, and that is no error.

    CloudWatch's default for missing data is ``missing``: the alarm goes to INSUFFICIENT_DATA (API reference,
    PutMetricAlarm), and CodeDeploy's view of the release with it.
    """
    if alarm.inputs.is_unknown("treatMissingData"):
        return
    said = alarm.inputs.text("treatMissingData") or "missing"
    if said == "missing":
        yield "treat_missing_data is not set: without traffic it goes to INSUFFICIENT_DATA"
    elif said == "breaching" and watches_lambda(alarm) and not _waits_for_silence(alarm):
        yield "treat_missing_data is 'breaching': a function without traffic counts as a bad one"


def _waits_for_silence(alarm: Resource) -> bool:
    """An alarm on too few of something, for which no data is the very thing it looks for."""
    return (alarm.inputs.text("comparisonOperator") or "").startswith("LessThan")


ALARM_MISSING_DATA = Rule(
    name="alarm-missing-data",
    why="Lambda publishes nothing while nobody calls, so an alarm must say what silence means.",
    fix='set treat_missing_data="notBreaching"',
    level=MANDATORY,
    types=(ALARM,),
    check=_alarm_missing_data,
)


def _alarm_ignores_silence(alarm: Resource) -> Iterator[str]:
    """``ignore`` keeps an alarm's state through silence.

    Source: CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data".
    """
    if alarm.inputs.text("treatMissingData") == "ignore" and watches_lambda(alarm):
        yield (
            "treat_missing_data is 'ignore': while nobody calls, it keeps the state it had, so one that "
            "fired for the last version is still in ALARM when the next one is released"
        )


ALARM_IGNORES_SILENCE = Rule(
    name="alarm-ignores-silence",
    why="An alarm that stays in ALARM without traffic stops releases it knows nothing about.",
    fix='set treat_missing_data="notBreaching", unless an old ALARM is meant to hold up a release',
    level=ADVISORY,
    types=(ALARM,),
    check=_alarm_ignores_silence,
)

RULES: tuple[AnyRule, ...] = (
    ALARM_HAS_DATA,
    ALARM_MISSING_DATA,
    ALARM_IGNORES_SILENCE,
)

"""An alarm on a combination of dimensions that is never published stays quiet whatever happens."""

from __future__ import annotations

from collections.abc import Iterator

from greenshift.guardrails.alarm_metrics import LAMBDA, METRICS, PUBLISHED, Metric, metrics
from greenshift.guardrails.aws_types import ALARM
from greenshift.guardrails.resources import Inputs, Resource
from greenshift.guardrails.rule import MANDATORY, Rule


def check(alarm: Resource) -> Iterator[str]:
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


RULE = Rule(
    name="alarm-has-data",
    why="An alarm that can never receive data can never stop a bad release.",
    mend="use FunctionName, FunctionName + Resource (name:alias), or both with ExecutedVersion (a number)",
    level=MANDATORY,
    types=(ALARM,),
    check=check,
)

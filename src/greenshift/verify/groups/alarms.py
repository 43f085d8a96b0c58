"""Alarms that can fire, and do not fire by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from greenshift.reading.alarms import Alarm, Metric, read_alarms
from greenshift.reading.functions import Alias
from greenshift.verify.check import Check, Group, Section, Subject
from greenshift.verify.reading.pipeline import is_releasing
from greenshift.verify.reading.traffic import read_alias
from greenshift.verify.result import Verdict, failed, nothing_but, passed, passed_if, skipped
from greenshift.verify.stack import Stack
from greenshift.view import FunctionOutputs

LAMBDA = "AWS/Lambda"
# The only combinations under which Lambda publishes anything (developer guide: "Types of metrics").
PUBLISHED = (
    frozenset[str](),
    frozenset({"FunctionName"}),
    frozenset({"FunctionName", "Resource"}),
    frozenset({"FunctionName", "Resource", "ExecutedVersion"}),
)
PERIOD = 60


@dataclass(frozen=True, kw_only=True)
class Watch:
    """A function's alarm and what it is to watch; None for what does not exist."""

    function: FunctionOutputs
    alarm: Alarm | None
    alias: Alias | None
    is_releasing: bool = False
    """Whether the pipeline is at work: it points an alarm at a version just before that has traffic."""


def exists(watch: Watch) -> Verdict:
    return passed(watch.alarm.state) if watch.alarm else failed("there is no such alarm")


def missing_data(watch: Watch, alarm: Alarm) -> Verdict:
    found = alarm.treat_missing_data
    return passed_if(found == "notBreaching", f"treatMissingData is {found}")


def can_receive_data(watch: Watch, alarm: Alarm) -> Verdict:
    """Metrics under dimensions nobody publishes stay empty, and the alarm silent."""
    if not alarm.metrics:
        return failed("it measures nothing")
    faults = [fault for metric in alarm.metrics if (fault := _silence(metric, watch.function.name))]
    return nothing_but(faults, when_none=", ".join(metric.name for metric in alarm.metrics))


def _silence(metric: Metric, function: str) -> str:
    """Why a metric never has data; empty when it may have."""
    if metric.namespace != LAMBDA:
        return f"{metric.name} is of {metric.namespace or 'no namespace'}, not of {LAMBDA}"
    names = frozenset(metric.dimensions)
    if names not in PUBLISHED:
        return f"Lambda publishes no {metric.name} under {' + '.join(sorted(names))}"
    if names and metric.dimensions["FunctionName"] != function:
        return f"{metric.name} is of function {metric.dimensions['FunctionName']}"
    if metric.period < PERIOD:
        return f"{metric.name} is asked for every {metric.period} s, and comes every {PERIOD} s"
    return ""


def watches_live_traffic(watch: Watch, alarm: Alarm) -> Verdict:
    """The version that serves, or the one that is being tried: the others get no requests."""
    if watch.alias is None:
        return skipped("there is no alias to watch")
    if can_receive_data(watch, alarm).status == "failed":
        return skipped("it receives no data at all")
    faults = {fault for metric in alarm.metrics if (fault := _looks_away(metric, watch, watch.alias))}
    return nothing_but(sorted(faults), when_none=f"{watch.function.alias}, {watch.alias}")


def _looks_away(metric: Metric, watch: Watch, seen: Alias) -> str:
    alias = f"{watch.function.name}:{watch.function.alias}"
    resource, version = metric.dimensions.get("Resource"), metric.dimensions.get("ExecutedVersion")
    if resource != alias:
        return f"it watches {resource or 'the function as a whole'}, not {alias}"
    if version is None:
        return "it watches all versions of the alias together, so 10 % of bad traffic is lost in 90 % of good"
    if version not in seen.versions and not watch.is_releasing:
        return f"it watches version {version}, and traffic goes to {seen}"
    return ""


def fires_upwards(watch: Watch, alarm: Alarm) -> Verdict:
    return passed_if(alarm.comparison.startswith("GreaterThan"), alarm.comparison or "no comparison")


def not_firing(watch: Watch, alarm: Alarm) -> Verdict:
    if alarm.state != "ALARM":
        return passed(alarm.state)
    return failed(f"ALARM: {alarm.reason or 'no reason given'}")


def _when_there(judge: Callable[[Watch, Alarm], Verdict]) -> Callable[[Watch], Verdict]:
    return lambda watch: judge(watch, watch.alarm) if watch.alarm else skipped("there is no such alarm")


def read_watch(stack: Stack, function: FunctionOutputs) -> Watch:
    found = stack.aws.read(read_alarms, "cloudwatch", tuple(each.alarm for each in stack.functions))
    return Watch(
        function=function,
        alarm=found.get(function.alarm),
        alias=read_alias(stack, function),
        is_releasing=is_releasing(stack),
    )


def _subjects(stack: Stack) -> Iterator[Subject[Watch]]:
    for function in stack.functions:
        yield Subject(f"alarm {function.alarm}", partial(read_watch, stack, function))


CHECKS: tuple[Check[Watch], ...] = (
    Check(
        name="alarm",
        expected="each function has an alarm",
        judge=exists,
        fix="deploy the stack again; when it was deleted outside Pulumi: pulumi refresh, then pulumi up",
    ),
    Check(
        name="missing-data",
        expected="no traffic is no error: treatMissingData is notBreaching",
        judge=_when_there(missing_data),
        fix="put the alarm again with --treat-missing-data notBreaching",
    ),
    Check(
        name="receives-data",
        expected="it measures what Lambda publishes for this function",
        judge=_when_there(can_receive_data),
        fix="use the dimensions FunctionName, Resource and ExecutedVersion together, every minute",
    ),
    Check(
        name="watches-live",
        expected="it watches the version that takes the alias's traffic",
        judge=_when_there(watches_live_traffic),
        fix="release again, which points the alarm at its version; or set ExecutedVersion by hand",
    ),
    Check(
        name="comparison",
        expected="it fires when there are more errors, not fewer",
        judge=_when_there(fires_upwards),
        fix="put the alarm again with --comparison-operator GreaterThanThreshold",
    ),
    Check(
        name="not-firing",
        expected="it is not firing: CodeDeploy starts nothing while it does",
        judge=_when_there(not_firing),
        fix="see why the live version fails; the next release points the alarm at its own version",
    ),
)

GROUP = Group(
    name="alarms",
    title="Alarms: what sends a bad release back",
    sections=(Section(subjects=_subjects, checks=CHECKS),),
)

"""Alarms that can fire, and do not fire by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from greenshift.verify.check import Check, Group, Section, Subject
from greenshift.verify.reading.alarm import Alarm, Metric, read_alarm
from greenshift.verify.result import Verdict, failed, nothing_but, passed, passed_if, skipped
from greenshift.verify.stack import Stack

LAMBDA = "AWS/Lambda"
# The only combinations under which Lambda publishes anything (developer guide: "Types of metrics").
PUBLISHED = (
    frozenset[str](),
    frozenset({"FunctionName"}),
    frozenset({"FunctionName", "Resource"}),
    frozenset({"FunctionName", "Resource", "ExecutedVersion"}),
)
PERIOD = 60


def exists(alarm: Alarm) -> Verdict:
    return passed(alarm.state) if alarm.is_there else failed("there is no such alarm")


def missing_data(alarm: Alarm) -> Verdict:
    found = alarm.treat_missing_data
    return passed_if(found == "notBreaching", f"treatMissingData is {found}")


def can_receive_data(alarm: Alarm) -> Verdict:
    """Metrics under dimensions nobody publishes stay empty, and the alarm silent."""
    if not alarm.metrics:
        return failed("it measures nothing")
    faults = [fault for metric in alarm.metrics if (fault := _silence(metric, alarm))]
    return nothing_but(faults, when_none=", ".join(metric.name for metric in alarm.metrics))


def _silence(metric: Metric, alarm: Alarm) -> str:
    """Why a metric never has data; empty when it may have."""
    if metric.namespace != LAMBDA:
        return f"{metric.name} is of {metric.namespace or 'no namespace'}, not of {LAMBDA}"
    names = frozenset(metric.dimensions)
    if names not in PUBLISHED:
        return f"Lambda publishes no {metric.name} under {' + '.join(sorted(names))}"
    if names and metric.dimensions["FunctionName"] != alarm.function:
        return f"{metric.name} is of function {metric.dimensions['FunctionName']}"
    if metric.period < PERIOD:
        return f"{metric.name} is asked for every {metric.period} s, and comes every {PERIOD} s"
    return ""


def watches_live_traffic(alarm: Alarm) -> Verdict:
    """The version that serves, or the one that is being tried: the others get no requests."""
    if alarm.alias is None:
        return skipped("there is no alias to watch")
    if can_receive_data(alarm).status == "failed":
        return skipped("it receives no data at all")
    faults = {fault for metric in alarm.metrics if (fault := _looks_away(metric, alarm))}
    return nothing_but(sorted(faults), when_none=f"{alarm.alias_name}, {alarm.alias}")


def _looks_away(metric: Metric, alarm: Alarm) -> str:
    alias = f"{alarm.function}:{alarm.alias_name}"
    resource, version = metric.dimensions.get("Resource"), metric.dimensions.get("ExecutedVersion")
    if resource != alias:
        return f"it watches {resource or 'the function as a whole'}, not {alias}"
    if version is None:
        return "it watches all versions of the alias together, so 10 % of bad traffic is lost in 90 % of good"
    if alarm.alias is not None and version not in alarm.alias.versions and not alarm.is_releasing:
        return f"it watches version {version}, and traffic goes to {alarm.alias}"
    return ""


def fires_upwards(alarm: Alarm) -> Verdict:
    return passed_if(alarm.comparison.startswith("GreaterThan"), alarm.comparison or "no comparison")


def not_firing(alarm: Alarm) -> Verdict:
    if alarm.state != "ALARM":
        return passed(alarm.state)
    return failed(f"ALARM: {alarm.state_reason or 'no reason given'}")


def _when_there(judge: Callable[[Alarm], Verdict]) -> Callable[[Alarm], Verdict]:
    return lambda alarm: judge(alarm) if alarm.is_there else skipped("there is no such alarm")


def _subjects(stack: Stack) -> Iterator[Subject[Alarm]]:
    for function in stack.functions:
        yield Subject(f"alarm {function.alarm}", partial(read_alarm, stack, function))


CHECKS: tuple[Check[Alarm], ...] = (
    Check(
        name="alarm",
        expected="each function has an alarm",
        judge=exists,
        mend="deploy the stack again; when it was deleted outside Pulumi: pulumi refresh, then pulumi up",
    ),
    Check(
        name="missing-data",
        expected="no traffic is no error: treatMissingData is notBreaching",
        judge=_when_there(missing_data),
        mend="put the alarm again with --treat-missing-data notBreaching",
    ),
    Check(
        name="receives-data",
        expected="it measures what Lambda publishes for this function",
        judge=_when_there(can_receive_data),
        mend="use the dimensions FunctionName, Resource and ExecutedVersion together, every minute",
    ),
    Check(
        name="watches-live",
        expected="it watches the version that takes the alias's traffic",
        judge=_when_there(watches_live_traffic),
        mend="release again, which points the alarm at its version; or set ExecutedVersion by hand",
    ),
    Check(
        name="comparison",
        expected="it fires when there are more errors, not fewer",
        judge=_when_there(fires_upwards),
        mend="put the alarm again with --comparison-operator GreaterThanThreshold",
    ),
    Check(
        name="not-firing",
        expected="it is not firing: CodeDeploy starts nothing while it does",
        judge=_when_there(not_firing),
        mend="see why the live version fails; the next release points the alarm at its own version",
    ),
)

GROUP = Group(
    name="alarms",
    title="Alarms: what sends a bad release back",
    sections=(Section(subjects=_subjects, checks=CHECKS),),
)

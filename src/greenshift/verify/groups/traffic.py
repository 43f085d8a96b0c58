"""What makes traffic shift, and go back: group -> function -> alias -> version, alarms, rollback, hooks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from greenshift.contract.names import HOOK_PREFIX
from greenshift.reading.deployments import DeploymentGroup
from greenshift.reading.functions import Alias
from greenshift.verify.check import Check, Group, Section, Subject
from greenshift.verify.reading.function import Function, read_function
from greenshift.verify.reading.traffic import Traffic, read_platform, read_traffic
from greenshift.verify.result import Verdict, failed, nothing_but, passed, passed_if, skipped
from greenshift.verify.stack import Stack

ROLLBACK_EVENTS = ("DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST")
MOMENT_VARIABLE = "GREENSHIFT_HOOK"


def has_alias(seen: Traffic) -> Verdict:
    return passed(str(seen.alias)) if seen.alias else failed(f"there is no alias {seen.alias_name}")


def has_group(seen: Traffic) -> Verdict:
    return passed(seen.group.name) if seen.group else failed("there is no deployment group")


def _of_alias(judge: Callable[[Traffic, Alias], Verdict]) -> Callable[[Traffic], Verdict]:
    """Nothing can be said of an alias that is not there; ``has_alias`` says that."""
    return lambda seen: judge(seen, seen.alias) if seen.alias else skipped("there is no alias")


def _of_group(judge: Callable[[Traffic, DeploymentGroup], Verdict]) -> Callable[[Traffic], Verdict]:
    return lambda seen: judge(seen, seen.group) if seen.group else skipped("there is no deployment group")


def numbered_version(seen: Traffic, alias: Alias) -> Verdict:
    return passed_if(all(version.isdigit() for version in alias.versions), f"it points at {alias}")


def not_left_split(seen: Traffic, alias: Alias) -> Verdict:
    if alias.weights and not seen.is_deploying:
        return failed(f"{alias}, and no deployment is under way")
    return passed("a deployment is under way" if alias.weights else "all traffic on one version")


def traffic_control(seen: Traffic, group: DeploymentGroup) -> Verdict:
    return passed_if(group.style == ("BLUE_GREEN", "WITH_TRAFFIC_CONTROL"), " ".join(group.style))


def lambda_config(seen: Traffic, group: DeploymentGroup) -> Verdict:
    if seen.config_platform is None:
        return failed(f"deployment config {group.config} does not exist")
    return passed_if(seen.config_platform == "Lambda", f"{group.config} is for {seen.config_platform}")


def alarm_stops_it(seen: Traffic, group: DeploymentGroup) -> Verdict:
    return nothing_but(_alarm_faults(seen, group), when_none=", ".join(group.alarms))


def _alarm_faults(seen: Traffic, group: DeploymentGroup) -> Iterator[str]:
    if not group.is_alarm_enabled:
        yield "alarms are off"
    if seen.alarm not in group.alarms:
        yield f"the group does not watch {seen.alarm}"
    if group.is_poll_failure_ignored:
        yield "an alarm that cannot be read is ignored"


def rolls_back(seen: Traffic, group: DeploymentGroup) -> Verdict:
    if not group.rollback_events:
        return failed("automatic rollback is off")
    missing = [event for event in ROLLBACK_EVENTS if event not in group.rollback_events]
    return nothing_but([f"not on {event}" for event in missing], when_none="on failure, alarm and request")


def hooks_can_be_called(seen: Traffic, group: DeploymentGroup) -> Verdict:
    if not group.hooks:
        return skipped("the last deployment had no hooks")
    wrong = [name for name in group.hooks if not name.startswith(HOOK_PREFIX)]
    return nothing_but([f"{name} is a hook" for name in wrong], when_none=", ".join(group.hooks))


def for_lambda(platform: str) -> Verdict:
    return passed_if(platform == "Lambda", f"compute platform {platform}")


def hook_moment(moment: str, hook: Function) -> Verdict:
    found = hook.latest.environment.get(MOMENT_VARIABLE)
    return passed_if(found == moment, f"{MOMENT_VARIABLE} is {found!r}")


def _functions(stack: Stack) -> Iterator[Subject[Traffic]]:
    for function in stack.functions:
        yield Subject(f"{function.name}:{function.alias}", partial(read_traffic, stack, function))


def _application(stack: Stack) -> Iterator[Subject[str]]:
    yield Subject(f"application {stack.names.application}", partial(read_platform, stack))


def _hook(moment: str) -> Section[Function]:
    def subjects(stack: Stack) -> Iterator[Subject[Function]]:
        name = stack.names.hooks[moment]
        yield Subject(f"hook {name}", partial(read_function, stack, name))

    check: Check[Function] = Check(
        name="hook-moment",
        expected=f"the hook knows that it runs {moment} traffic is let through",
        judge=partial(hook_moment, moment),
        fix=f"set {MOMENT_VARIABLE} to {moment} in its environment",
    )
    return Section(subjects=subjects, checks=(check,))


CHECKS: tuple[Check[Traffic], ...] = (
    Check(
        name="alias",
        expected="callers reach the function through an alias: without one nothing ever shifts",
        judge=has_alias,
        fix="create it on the version that should serve: aws lambda create-alias --function-name … --name … "
        "--function-version …",
    ),
    Check(
        name="numbered-version",
        expected="the alias points at a published version; CodeDeploy refuses $LATEST",
        judge=_of_alias(numbered_version),
        fix="point it at a version: aws lambda update-alias --function-version … --function-name … --name …",
    ),
    Check(
        name="not-split",
        expected="traffic is split between two versions only while a deployment is under way",
        judge=_of_alias(not_left_split),
        fix="send it all to one: aws lambda update-alias --routing-config AdditionalVersionWeights={} "
        "--function-name … --name …; until then every deployment fails",
    ),
    Check(
        name="group",
        expected="a deployment group shifts the function's traffic",
        judge=has_group,
        fix="deploy the stack again; when it was deleted outside Pulumi: pulumi refresh, then pulumi up",
    ),
    Check(
        name="traffic-control",
        expected="the group shifts traffic (BLUE_GREEN, WITH_TRAFFIC_CONTROL)",
        judge=_of_group(traffic_control),
        fix="set the group's deployment style",
    ),
    Check(
        name="deployment-config",
        expected="the group's deployment config exists and is one for Lambda",
        judge=_of_group(lambda_config),
        fix="name an existing config: aws deploy update-deployment-group --deployment-config-name …",
    ),
    Check(
        name="alarm-stops",
        expected="the function's alarm stops a deployment, and so does not being able to read it",
        judge=_of_group(alarm_stops_it),
        fix="aws deploy update-deployment-group --alarm-configuration "
        "enabled=true,ignorePollAlarmFailure=false,alarms=[{name=…}] --application-name … "
        "--current-deployment-group-name …",
    ),
    Check(
        name="rollback",
        expected="a deployment that fails, is stopped, or meets its alarm sends traffic back by itself",
        judge=_of_group(rolls_back),
        fix="aws deploy update-deployment-group --auto-rollback-configuration "
        f"enabled=true,events={','.join(ROLLBACK_EVENTS)} --application-name … "
        "--current-deployment-group-name …",
    ),
    Check(
        name="hook-names",
        expected=f"hooks are called {HOOK_PREFIX}*: the managed policy lets CodeDeploy call no others",
        judge=_of_group(hooks_can_be_called),
        fix=f"rename the function so that it begins with {HOOK_PREFIX}",
    ),
)

GROUP = Group(
    name="traffic",
    title="Traffic: aliases, deployment groups and hooks",
    sections=(
        Section(
            subjects=_application,
            checks=(
                Check(
                    name="platform",
                    expected="the CodeDeploy application is for Lambda",
                    judge=for_lambda,
                    fix="replace the application: its compute platform cannot be changed",
                ),
            ),
        ),
        Section(subjects=_functions, checks=CHECKS),
        _hook("before"),
        _hook("after"),
    ),
)

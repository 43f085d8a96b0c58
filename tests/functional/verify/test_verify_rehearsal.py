"""A rehearsal on a real twin: a real release, a real rollback, and everything as it was, however it ends."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from greenshift.errors import UsageError
from greenshift.verify import GROUPS, Report, rehearse, run
from greenshift.verify.rehearsal import Pace
from greenshift.verify.rehearsal.trial import Trial
from greenshift.view import StackView

QUICK = Pace(seconds=0.05, deployment=60, execution=60)
BASE = "shop-local"
CHARGE = f"{BASE}-charge"


def as_found(deployed: Any) -> dict[str, Any]:
    """All a rehearsal touches."""
    functions, pipelines = deployed.client("lambda"), deployed.client("codepipeline")
    state = pipelines.get_pipeline_state(name=BASE)["stageStates"]
    alarm = deployed.client("cloudwatch").describe_alarms(AlarmNames=[f"{CHARGE}-errors"])["MetricAlarms"][0]
    latest = functions.get_function_configuration(FunctionName=CHARGE)
    alias = functions.get_alias(FunctionName=CHARGE, Name="live")
    versions = functions.list_versions_by_function(FunctionName=CHARGE)["Versions"]
    return {
        "alias": (alias["FunctionVersion"], alias.get("RoutingConfig")),
        "versions": [version["Version"] for version in versions],
        "latest": {name: latest[name] for name in ("Description", "Timeout", "CodeSha256", "Environment")},
        "firing": alarm["StateValue"] == "ALARM",
        "metrics": alarm["Metrics"],
        "open": [stage["inboundTransitionState"]["enabled"] for stage in state],
    }


def statuses(report: Report) -> dict[str, str]:
    return {result.check: result.status for result in report.results}


def found(report: Report, check: str) -> str:
    return next(result.found for result in report.results if result.check == check)


@contextmanager
def timeouts_changed(deployed: Any) -> Iterator[None]:
    functions = deployed.client("lambda")
    names = [function.name for function in deployed.outputs.functions]
    for name in names:
        functions.update_function_configuration(FunctionName=name, Timeout=77)
    yield
    for name in names:
        functions.get_waiter("function_updated_v2").wait(
            FunctionName=name, WaiterConfig={"Delay": 0, "MaxAttempts": 500}
        )
        functions.update_function_configuration(FunctionName=name, Timeout=10)


def test_a_rehearsal_releases_rolls_back_and_leaves_everything_as_it_was(deployed: Any) -> None:
    before, said = as_found(deployed), []

    report = rehearse(deployed.stack(), said.append, pace=QUICK)

    assert statuses(report) == dict.fromkeys(
        ("again", "releases-wait", "rolls-back", "shifts", "shifts-back", "left-as-found", "releases-go-on"),
        "passed",
    )
    assert "the ledger says UNCHANGED" in found(report, "again")
    assert "Stopped ALARM_ACTIVE; all traffic is back on version 2" in found(report, "rolls-back")
    assert "all traffic was on version 3" in found(report, "shifts")
    assert as_found(deployed) == before
    assert any("to version 3, a copy of 2" in line for line in said)
    history = StackView(deployed.outputs, deployed.client).history(10)
    assert [release.status for release in history] == ["UNCHANGED", "SUCCEEDED"], "a trial is no release"
    assert not run(deployed.stack(), GROUPS).failures


def test_a_group_that_does_not_roll_back_fails_and_is_put_right_by_hand(deployed: Any) -> None:
    before, deploy = as_found(deployed), deployed.client("codedeploy")
    group = {"applicationName": BASE, "currentDeploymentGroupName": CHARGE}
    rollback = deploy.get_deployment_group(applicationName=BASE, deploymentGroupName=CHARGE)[
        "deploymentGroupInfo"
    ]["autoRollbackConfiguration"]
    deploy.update_deployment_group(**group, autoRollbackConfiguration={"enabled": False, "events": []})
    try:
        report = rehearse(deployed.stack(), lambda line: None, key="charge", pace=QUICK)
    finally:
        deploy.update_deployment_group(**group, autoRollbackConfiguration=rollback)

    assert [result.id for result in report.failures] == ["release.rolls-back"]
    assert "the alias is at version 2, 10 % on version" in found(report, "rolls-back")
    assert "traffic.rollback" in report.failures[0].fix
    assert statuses(report)["shifts"] == "skipped"
    assert statuses(report)["left-as-found"] == "passed"
    assert as_found(deployed) == before


def test_an_interrupted_rehearsal_puts_everything_back(deployed: Any) -> None:
    before, functions, interrupted = as_found(deployed), deployed.client("lambda"), []

    def wait(seconds: float) -> None:
        time.sleep(seconds)
        alias = functions.get_alias(FunctionName=CHARGE, Name="live")
        if not interrupted and alias.get("RoutingConfig"):
            interrupted.append(alias["RoutingConfig"])
            raise KeyboardInterrupt

    # Looked at often enough to be interrupted while the canary has its share.
    with pytest.raises(KeyboardInterrupt):
        rehearse(deployed.stack(), lambda line: None, key="charge", pace=replace(QUICK, wait=wait))

    assert interrupted, "while traffic was split"
    assert as_found(deployed) == before


def test_no_trial_is_made_of_a_function_whose_latest_is_not_what_is_live(deployed: Any) -> None:
    before = as_found(deployed)["versions"]
    with timeouts_changed(deployed):
        trial = Trial(deployed.stack(), deployed.outputs.functions[0], QUICK)
        assert trial.obstacle() == "$LATEST is not what live version 2 is"
    assert as_found(deployed)["versions"] == before


def test_a_release_that_fails_is_told_with_its_reason_and_nothing_is_tried(deployed: Any) -> None:
    iam, role = deployed.client("iam"), f"{BASE}-pipeline"
    policy = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"][0]["PolicyArn"]
    iam.detach_role_policy(RoleName=role, PolicyArn=policy)
    try:
        report = rehearse(deployed.stack(), lambda line: None, pace=QUICK)
    finally:
        iam.attach_role_policy(RoleName=role, PolicyArn=policy)

    assert statuses(report) == {"again": "failed"}
    assert "ended Failed: " in found(report, "again")


def test_a_function_that_does_not_exist_is_refused_by_name(deployed: Any) -> None:
    with pytest.raises(UsageError, match="there is no function 'chrage'") as refused:
        rehearse(deployed.stack(), lambda line: None, key="chrage", pace=QUICK)

    assert refused.value.hint == "functions: charge, refund"

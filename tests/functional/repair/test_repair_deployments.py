"""Deployments beside the releases, and deployments that hang: stopped, and traffic is where it was."""

from __future__ import annotations

import io
import json
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

CANARY = "CodeDeployDefault.LambdaCanary10Percent30Minutes"


def deploy_by_hand(shop: Any, key: str, target: str) -> str:
    versions = {"CurrentVersion": shop.live(key), "TargetVersion": target}
    function = {"Name": shop.name(key), "Alias": "live", **versions}
    resource = {"Type": "AWS::Lambda::Function", "Properties": function}
    content = json.dumps({"version": 0.0, "Resources": [{"function": resource}]})
    created = shop.client("codedeploy").create_deployment(
        applicationName=shop.outputs.pipeline,
        deploymentGroupName=shop.name(key),
        deploymentConfigName=CANARY,
        revision={"revisionType": "AppSpecContent", "appSpecContent": {"content": content}},
    )
    return str(created["deploymentId"])


def status(shop: Any, deployment: str) -> str:
    found = shop.client("codedeploy").get_deployment(deploymentId=deployment)
    return str(found["deploymentInfo"]["status"])


def is_split(shop: Any, key: str) -> bool:
    return bool(shop.alias(key).get("RoutingConfig", {}).get("AdditionalVersionWeights"))


@contextmanager
def silent_hook(shop: Any) -> Iterator[None]:
    """The hook before traffic runs, and never says how it went."""
    client, name = shop.client("lambda"), f"CodeDeployHook_{shop.outputs.pipeline}-before"
    with urllib.request.urlopen(client.get_function(FunctionName=name)["Code"]["Location"]) as answer:
        before = answer.read()
    replace_code(client, name, zipped("def handler(event, context):\n    return None\n"))
    try:
        yield
    finally:
        replace_code(client, name, before)


def replace_code(client: Any, name: str, code: bytes) -> None:
    client.update_function_code(FunctionName=name, ZipFile=code)
    client.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})


def zipped(code: str) -> bytes:
    """As the module that the hook's handler names."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in ("greenshift/__init__.py", "greenshift/release/__init__.py"):
            archive.writestr(path, "")
        archive.writestr("greenshift/release/hook.py", code)
    return buffer.getvalue()


def waiting_hook(shop: Any) -> str | None:
    """The deployment whose hook has been called and has not reported."""
    for finding in shop.client("codedeploy").list_deployments(includeOnlyStatuses=["InProgress"])[
        "deployments"
    ]:
        target = shop.client("codedeploy").list_deployment_targets(deploymentId=finding)["targetIds"][0]
        found = shop.client("codedeploy").get_deployment_target(deploymentId=finding, targetId=target)
        before = found["deploymentTarget"]["lambdaTarget"]["lifecycleEvents"][0]
        if before["status"] == "InProgress":
            return str(finding)
    return None


def answers(shop: Any) -> int:
    """How often the controller has answered a job."""
    calls = shop.twin.request("GET", "/_twin/calls")["calls"]
    return sum(call["operation"].startswith("PutJob") for call in calls)


def wait_beside(shop: Any, execution: str, until: Callable[..., Any], *, minutes: int) -> None:
    """Let time go on, but not over the head of a controller at its work: its lease, or its job, would end.

    A visit that begins is at the end of its lease and has answered before the next minute goes by.
    """
    end = shop.time.now() + minutes * 60
    answered = -1
    while (rest := end - shop.time.now()) > 0:
        until(lambda before=answered: answers(shop) > before, "the controller's next visit")
        until(lambda: not shop.row(execution).lease_until, "the end of the controller's visit")
        answered = answers(shop)
        shop.time.jump(minutes=min(1.0, rest / 60))


def test_a_deployment_made_by_hand_is_stopped_and_traffic_is_back(
    shop: Any, until: Callable[..., Any]
) -> None:
    live = shop.live("charge")
    deployment = deploy_by_hand(shop, "charge", "1")
    until(lambda: is_split(shop, "charge"), "the first step of the canary")
    assert shop.rules() == ["alias-split", "deployment-conflict"]

    fixed, plans = shop.repair()

    assert [step.finding.resource for step in plans[0].steps] == [deployment]
    assert [later.after for later in plans[0].later] == [f"the deployment {deployment} has ended"]
    (outcome,) = fixed.outcomes
    assert outcome.told.startswith(f"{deployment} is stopped, and d-")
    assert fixed.is_whole and shop.rules() == []
    assert (status(shop, deployment), shop.live("charge")) == ("Stopped", live)


def test_a_deployment_that_ends_before_it_is_stopped_is_no_trouble(
    shop: Any, until: Callable[..., Any]
) -> None:
    live = shop.live("charge")
    deployment = deploy_by_hand(shop, "charge", "1")
    until(lambda: is_split(shop, "charge"), "the first step of the canary")
    plans = []

    def agree_late(plan: Any) -> bool:
        plans.append(plan)
        if len(plans) == 1:
            shop.time.jump(minutes=31)
            until(lambda: status(shop, deployment) == "Succeeded", "the end of the canary")
        return True

    fixed, _ = shop.repair(agree=agree_late)

    assert [outcome.told for outcome in fixed.outcomes] == [
        f"{deployment} had ended by itself",
        f"{shop.name('charge')}:live is whole on version {live}",
    ]
    assert fixed.is_whole and shop.live("charge") == live


def test_a_hook_that_never_reports_is_found_and_its_release_goes_back(
    shop: Any, until: Callable[..., Any]
) -> None:
    live = {key: shop.live(key) for key in ("charge", "refund")}
    with silent_hook(shop):
        shop.write("charge", "def handler(event, context):\n    return {'ok': 'silent'}\n", "Silent")
        execution = shop.start()
        deployment = until(lambda: waiting_hook(shop), "the hook's call")
        assert shop.rules() == []
        wait_beside(shop, execution, until, minutes=49)
        assert shop.rules() == ["deployment-hanging"]

        fixed, plans = shop.repair()

        (step,) = plans[0].steps
        assert f"the release {execution} then goes back" in step.will
        assert fixed.is_whole and status(shop, deployment) == "Stopped"
        assert shop.ended(execution) == "Failed"
    assert shop.notified(execution).status == "ROLLED_BACK"
    assert {key: shop.live(key) for key in live} == live
    assert shop.rules() == []

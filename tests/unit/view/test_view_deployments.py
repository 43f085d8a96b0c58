"""Deployments of a release: read in batches, ended ones never again, lifecycle events some at a time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from greenshift.rollout import Linear
from greenshift.view import HookView
from greenshift.view.deployments import Deployments

START = datetime(2026, 11, 23, 16, tzinfo=UTC)


@dataclass
class FakeCodeDeploy:
    status: dict[str, str] = field(default_factory=dict)
    config: str = "CodeDeployDefault.LambdaLinear10PercentEvery1Minute"
    events: list[dict[str, Any]] = field(default_factory=list)
    has_started: bool = True
    calls: Counter[str] = field(default_factory=Counter)
    targets: list[str] = field(default_factory=list)

    def batch_get_deployments(self, deploymentIds: list[str]) -> dict[str, Any]:
        assert len(deploymentIds) <= 25
        self.calls["deployments"] += 1
        error = {"code": "ALARM_ACTIVE", "message": "errors fired"}
        return {
            "deploymentsInfo": [
                {
                    "deploymentId": each,
                    "status": self.status[each],
                    "deploymentConfigName": self.config,
                    "startTime": START,
                    **({"errorInformation": error} if self.status[each] == "Stopped" else {}),
                }
                for each in deploymentIds
                if each in self.status
            ]
        }

    def list_deployment_targets(self, deploymentId: str) -> dict[str, Any]:
        self.calls["targets"] += 1
        if not self.has_started:
            raise ClientError(
                {"Error": {"Code": "DeploymentNotStartedException", "Message": "wait"}},
                "ListDeploymentTargets",
            )
        return {"targetIds": [f"opaque-{deploymentId}"]}

    def batch_get_deployment_targets(self, deploymentId: str, targetIds: list[str]) -> dict[str, Any]:
        assert targetIds == [f"opaque-{deploymentId}"]
        self.targets.append(deploymentId)
        return {"deploymentTargets": [{"lambdaTarget": {"lifecycleEvents": self.events}}]}

    def get_deployment_config(self, deploymentConfigName: str) -> dict[str, Any]:
        self.calls["config"] += 1
        routing = {"type": "TimeBasedLinear", "timeBasedLinear": {"linearPercentage": 7, "linearInterval": 3}}
        return {"deploymentConfigInfo": {"trafficRoutingConfig": routing}}


def test_deployments_come_25_at_a_time_and_those_that_do_not_exist_are_left_out() -> None:
    client = FakeCodeDeploy({f"d{n}": "InProgress" for n in range(60)})
    found = Deployments(client).read([*(f"d{n}" for n in range(60)), "d-gone", ""], hooks=0)

    assert (len(found), client.calls["deployments"]) == (60, 3)


def test_one_that_has_ended_is_never_read_again_and_its_events_once() -> None:
    client = FakeCodeDeploy({"d1": "InProgress", "d2": "Succeeded"})
    deployments = Deployments(client)
    for _ in range(3):
        deployments.read(["d1", "d2"], hooks=10)
    client.status["d1"] = "Stopped"
    for _ in range(3):
        found = deployments.read(["d1", "d2"], hooks=10)

    assert client.calls["deployments"] == 4
    assert (client.targets.count("d2"), client.targets.count("d1")) == (1, 4)
    assert client.calls["targets"] == 2, "a target's id does not change"
    assert (found["d1"].has_ended, found["d1"].error) == (True, "ALARM_ACTIVE: errors fired")


def test_lifecycle_events_are_read_in_turn() -> None:
    client = FakeCodeDeploy({f"d{n}": "InProgress" for n in range(6)})
    deployments = Deployments(client)
    for _ in range(3):
        deployments.read(list(client.status), hooks=4)

    assert Counter(client.targets) == {f"d{n}": 2 for n in range(6)}


def test_events_tell_their_times_and_what_went_wrong() -> None:
    failed = {"errorCode": "ScriptFailed", "message": "the hook said no"}
    fine, times = {"errorCode": "Success", "message": ""}, {"startTime": START, "endTime": START}
    client = FakeCodeDeploy(
        {"d1": "InProgress"},
        events=[
            {"lifecycleEventName": "BeforeAllowTraffic", "status": "Failed", **times, "diagnostics": failed},
            {"lifecycleEventName": "AllowTraffic", "status": "Succeeded", "diagnostics": fine},
        ],
    )
    at = "2026-11-23T16:00:00.000Z"

    assert Deployments(client).read(["d1"], hooks=1)["d1"].hooks == (
        HookView("BeforeAllowTraffic", "Failed", at, at, "the hook said no"),
        HookView("AllowTraffic", "Succeeded"),
    )


def test_one_that_has_not_started_has_no_events_yet() -> None:
    client = FakeCodeDeploy({"d1": "Queued"}, has_started=False)

    assert Deployments(client).read(["d1"], hooks=1)["d1"].hooks == ()


def test_a_config_of_the_stack_is_read_once_and_aws_own_never() -> None:
    ours, aws = (
        FakeCodeDeploy({"d1": "InProgress", "d2": "InProgress"}, config="shop-linear7"),
        FakeCodeDeploy({"d1": "InProgress"}),
    )
    found = Deployments(ours).read(["d1", "d2"], hooks=0)

    assert [each.strategy for each in found.values()] == [Linear(7, 3), Linear(7, 3)]
    assert ours.calls["config"] == 1
    assert Deployments(aws).read(["d1"], hooks=0)["d1"].strategy == Linear(10, 1)
    assert aws.calls["config"] == 0

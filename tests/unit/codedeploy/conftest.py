"""A CodeDeploy with a clock moved by hand and a small fake behind the one door."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from greenshift.twin.callers.principal import Principal, Session
from greenshift.twin.clock import ManualClock
from greenshift.twin.codedeploy.api import CodeDeploy
from greenshift.twin.loop.tasks import Tasks
from greenshift.twin.service import CallContext, ServiceError
from greenshift.twin.world import ServiceEvent, World

ROLE = "arn:aws:iam::123456789012:role/deployer"
TOPIC = "arn:aws:sns:us-east-1:123456789012:releases"


class FakeAws:
    """One alias with Lambda's RevisionId rule, alarms by name, hooks that only remember their payload."""

    def __init__(self) -> None:
        self.version, self.weights, self.revision = "1", dict[str, float](), 0
        self.alarms: dict[str, str] = {}
        self.objects: dict[str, bytes] = {}
        self.moves: list[tuple[str, dict[str, float]]] = []
        self.hooks: list[tuple[str, dict[str, str]]] = []
        self.published: list[dict[str, Any]] = []
        self.refuse: dict[str, list[Exception]] = {}
        self.roles = {ROLE}
        self.on_move: Callable[[], None] = lambda: None

    async def assume_role(self, role_arn: str, session_name: str, service: str) -> Session:
        assert 2 <= len(session_name) <= 64
        if role_arn not in self.roles:
            raise ServiceError("AccessDenied", f"{service} may not assume {role_arn}", 403)
        return Session(Principal("role", role_arn, session_name), "k", "s", "t", "us-east-1", "http://x")

    async def call(
        self,
        principal: Principal,
        service: str,
        operation: str,
        parameters: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        assert principal.arn == ROLE
        await asyncio.sleep(0)  # a real call lets others run
        if waiting := self.refuse.get(operation):
            raise waiting.pop(0)
        method = getattr(self, f"_{operation}")
        return cast("dict[str, Any]", method(dict(parameters or {})))

    def move(self, version: str, **weights: float) -> None:
        """Somebody else moves the alias."""
        self.version, self.weights = version, {key.lstrip("v"): value for key, value in weights.items()}
        self.revision += 1

    def _alias(self) -> dict[str, Any]:
        return {
            "FunctionVersion": self.version,
            "RoutingConfig": {"AdditionalVersionWeights": self.weights},
            "RevisionId": str(self.revision),
        }

    def _GetAlias(self, request: dict[str, Any]) -> dict[str, Any]:
        return self._alias()

    def _UpdateAlias(self, request: dict[str, Any]) -> dict[str, Any]:
        if request["RevisionId"] != str(self.revision):
            raise ServiceError("PreconditionFailedException", "stale", 412)
        self.version = request["FunctionVersion"]
        self.weights = request["RoutingConfig"]["AdditionalVersionWeights"]
        self.revision += 1
        self.moves.append((self.version, self.weights))
        self.on_move()
        return self._alias()

    def _Invoke(self, request: dict[str, Any]) -> dict[str, Any]:
        assert request["InvocationType"] == "Event"
        self.hooks.append((request["FunctionName"], json.loads(request["Payload"])))
        return {"StatusCode": 202}

    def _DescribeAlarms(self, request: dict[str, Any]) -> dict[str, Any]:
        found = {name: self.alarms[name] for name in request["AlarmNames"] if name in self.alarms}
        return {"MetricAlarms": [{"AlarmName": n, "StateValue": s} for n, s in found.items()]}

    def _GetObject(self, request: dict[str, Any]) -> dict[str, Any]:
        if request["Key"] not in self.objects:
            raise ServiceError("NoSuchKey", "The specified key does not exist.", 404)
        return {"Body": self.objects[request["Key"]]}

    def _Publish(self, request: dict[str, Any]) -> dict[str, Any]:
        self.published.append(request)
        return {"MessageId": "m"}


class Bench:
    """CodeDeploy, its fake surroundings, and shorthands for what tests do to it."""

    def __init__(self, directory: Path) -> None:
        self.clock = ManualClock()
        self.aws = FakeAws()
        self.events: list[ServiceEvent] = []
        self.tasks = Tasks()
        unused = SimpleNamespace()
        self.world = World(
            clock=self.clock,
            aws=self.aws,
            tasks=self.tasks,
            emit=self.events.append,
            metrics=cast("Any", unused),
            logs=cast("Any", unused),
            repositories=cast("Any", unused),
            directory=directory,
            cache=directory,
            account="123456789012",
            region="us-east-1",
            endpoint="http://127.0.0.1:1",
        )
        self.service = CodeDeploy(self.world)
        self.context = CallContext(Principal.root("123456789012"), "123456789012", "us-east-1", "r")

    async def call(self, operation: str, **request: Any) -> dict[str, Any]:
        return await self.service.perform(self.context, operation, request)

    async def group(self, **settings: Any) -> None:
        """An application ``app`` with a group ``g``; alarm ``a`` and every rollback unless said otherwise."""
        await self.call("CreateApplication", applicationName="app", computePlatform="Lambda")
        every = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"]
        request = {
            "applicationName": "app",
            "deploymentGroupName": "g",
            "serviceRoleArn": ROLE,
            "deploymentConfigName": "CodeDeployDefault.LambdaCanary10Percent5Minutes",
            "alarmConfiguration": {"enabled": True, "alarms": [{"name": "a"}]},
            "autoRollbackConfiguration": {"enabled": True, "events": every},
            **settings,
        }
        self.aws.alarms.setdefault("a", "OK")
        await self.call("CreateDeploymentGroup", **request)

    async def deploy(self, current: str = "1", target: str = "2", hooks: str = "", **settings: Any) -> str:
        """Create a deployment and let everything happen that needs no time."""
        content = appspec(current, target, hooks)
        revision = {"revisionType": "AppSpecContent", "appSpecContent": {"content": content}}
        request = {"applicationName": "app", "deploymentGroupName": "g", "revision": revision, **settings}
        deployment_id: str = (await self.call("CreateDeployment", **request))["deploymentId"]
        await self.clock.advance(0)
        return deployment_id

    async def info(self, deployment_id: str) -> dict[str, Any]:
        info: dict[str, Any] = (await self.call("GetDeployment", deploymentId=deployment_id))[
            "deploymentInfo"
        ]
        return info

    async def target(self, deployment_id: str) -> dict[str, Any]:
        listed = await self.call("ListDeploymentTargets", deploymentId=deployment_id)
        (target_id,) = listed["targetIds"]
        answer = await self.call("GetDeploymentTarget", deploymentId=deployment_id, targetId=target_id)
        target: dict[str, Any] = answer["deploymentTarget"]["lambdaTarget"]
        return target

    async def report(self, status: str = "Succeeded", **changes: Any) -> None:
        """The last invoked hook reports."""
        payload = self.aws.hooks[-1][1]
        request = {
            "deploymentId": payload["DeploymentId"],
            "lifecycleEventHookExecutionId": payload["LifecycleEventHookExecutionId"],
            "status": status,
            **changes,
        }
        await self.call("PutLifecycleEventHookExecutionStatus", **request)


def appspec(current: str, target: str, hooks: str = "") -> str:
    return (
        "version: 0.0\nResources:\n- f:\n    Type: AWS::Lambda::Function\n    Properties: "
        f"{{Name: f, Alias: live, CurrentVersion: '{current}', TargetVersion: '{target}'}}\n{hooks}"
    )


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    made = Bench(tmp_path)
    yield made
    await made.tasks.stop()


@pytest.fixture
def topic() -> str:
    return TOPIC


@pytest.fixture
def role() -> str:
    return ROLE

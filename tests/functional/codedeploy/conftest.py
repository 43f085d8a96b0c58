"""A twin with CodeDeploy, Lambda and CloudWatch whose clock is moved by hand, and a function to release."""

from __future__ import annotations

import io
import itertools
import json
import time
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from greenshift.testing import RunningTwin, start_twin
from greenshift.twin.clock import ManualClock

EVERY_ROLLBACK = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"]
PATIENCE_SECONDS = 20.0

HANDLER = "def handler(event, context):\n    return {'version': context.function_version}\n"

# Reports what its environment says, after what its environment says it does wrong.
HOOK = """
import json, os
import boto3

def handler(event, context):
    mode = os.environ["MODE"]
    if mode == "throws":
        raise RuntimeError("the hook is broken")
    if mode == "silent":
        return
    codedeploy = boto3.client("codedeploy")
    report = {
        "deploymentId": event["DeploymentId"],
        "lifecycleEventHookExecutionId": event["LifecycleEventHookExecutionId"],
    }
    if mode == "wrong id":
        try:
            codedeploy.put_lifecycle_event_hook_execution_status(
                **{**report, "lifecycleEventHookExecutionId": "guessed"}, status="Failed")
        except codedeploy.exceptions.InvalidLifecycleEventHookExecutionIdException:
            codedeploy.put_lifecycle_event_hook_execution_status(**report, status="Succeeded")
        return
    codedeploy.put_lifecycle_event_hook_execution_status(**report, status=os.environ["STATUS"])
    if mode == "twice":
        try:
            codedeploy.put_lifecycle_event_hook_execution_status(**report, status="Failed")
        except codedeploy.exceptions.LifecycleEventAlreadyCompletedException:
            pass
"""


class Workshop:
    """What all tests of a module share: a function with versions 1 and 2, two roles, hooks made once."""

    name = "charge"

    def __init__(self, twin: RunningTwin) -> None:
        self.twin = twin
        self.lambda_ = twin.client("lambda")
        self.role = role(twin, "codedeploy", "codedeploy.amazonaws.com", DEPLOY_POLICY)
        self.execution_role = role(twin, "run", "lambda.amazonaws.com", HOOK_POLICY)
        self._hooks: set[str] = set()
        self.create_function(self.name, HANDLER)
        self.lambda_.publish_version(FunctionName=self.name)
        self.lambda_.update_function_code(FunctionName=self.name, ZipFile=archive(HANDLER + "# two\n"))
        self.until_ready(self.name)
        self.lambda_.publish_version(FunctionName=self.name)

    def create_function(self, name: str, code: str, **environment: str) -> None:
        self.lambda_.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Handler="index.handler",
            Role=self.execution_role,
            Code={"ZipFile": archive(code)},
            Environment={"Variables": environment},
            Timeout=20,
        )
        self.until_ready(name)

    def until_ready(self, name: str) -> None:
        def ready() -> bool:
            found = self.lambda_.get_function_configuration(FunctionName=name)
            return (found["State"], found["LastUpdateStatus"]) == ("Active", "Successful")

        until(self.twin, ready, seconds=1)

    def hook(self, mode: str = "well", status: str = "Succeeded", prefix: str = "CodeDeployHook_") -> str:
        name = f"{prefix}{mode.replace(' ', '-')}-{status}"
        if name not in self._hooks:
            self.create_function(name, HOOK, MODE=mode, STATUS=status)
            self._hooks.add(name)
        return name


class Release:
    """An alias of the function, at version 1, with its alarm and group; and what tests do with them."""

    def __init__(self, workshop: Workshop, name: str) -> None:
        self.twin, self.workshop, self.name = workshop.twin, workshop, name
        self.function, self.role, self.hook = workshop.name, workshop.role, workshop.hook
        self.alarm = f"{name}-errors"
        self.codedeploy, self.lambda_ = self.twin.client("codedeploy"), workshop.lambda_
        self.cloudwatch = self.twin.client("cloudwatch")
        self.lambda_.create_alias(FunctionName=self.function, Name=name, FunctionVersion="1")
        self._alarm()

    def _alarm(self) -> None:
        self.cloudwatch.put_metric_alarm(
            AlarmName=self.alarm,
            Namespace="AWS/Lambda",
            MetricName="Errors",
            Dimensions=[{"Name": "FunctionName", "Value": self.name}],
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanOrEqualToThreshold",
            TreatMissingData="ignore",
        )
        self.set_alarm("OK")

    def set_alarm(self, state: str) -> None:
        self.cloudwatch.set_alarm_state(
            AlarmName=self.alarm, StateValue=state, StateReason="the test says so"
        )

    def group(self, strategy: str = "Canary10Percent5Minutes", **settings: Any) -> None:
        self.codedeploy.create_application(applicationName=self.name, computePlatform="Lambda")
        request = {
            "applicationName": self.name,
            "deploymentGroupName": self.name,
            "serviceRoleArn": self.role,
            "deploymentConfigName": f"CodeDeployDefault.Lambda{strategy}",
            "deploymentStyle": {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
            "alarmConfiguration": {"enabled": True, "alarms": [{"name": self.alarm}]},
            "autoRollbackConfiguration": {"enabled": True, "events": EVERY_ROLLBACK},
            **settings,
        }
        self.codedeploy.create_deployment_group(**request)

    def deploy(self, current: str = "1", target: str = "2", **changes: Any) -> str:
        """Create a deployment and let everything happen that needs no time."""
        hooks = [{event: name} for event, name in changes.pop("hooks", {}).items()]
        content = appspec(self.function, self.name, current, target, hooks)
        revision = {"revisionType": "AppSpecContent", "appSpecContent": {"content": content}}
        created = self.codedeploy.create_deployment(
            applicationName=self.name, deploymentGroupName=self.name, revision=revision, **changes
        )
        pass_time(self.twin, 0)
        return str(created["deploymentId"])

    def info(self, deployment_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.codedeploy.get_deployment(deploymentId=deployment_id)["deploymentInfo"]
        return found

    def status(self, deployment_id: str) -> str:
        return str(self.info(deployment_id)["status"])

    def target(self, deployment_id: str) -> dict[str, Any]:
        listed = self.codedeploy.list_deployment_targets(deploymentId=deployment_id)
        (target_id,) = listed["targetIds"]
        answer = self.codedeploy.get_deployment_target(deploymentId=deployment_id, targetId=target_id)
        found: dict[str, Any] = answer["deploymentTarget"]["lambdaTarget"]
        return found

    def routing(self) -> tuple[str, dict[str, float]]:
        alias = self.lambda_.get_alias(FunctionName=self.function, Name=self.name)
        weights = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
        return alias["FunctionVersion"], weights

    def move(self, version: str, **weights: float) -> None:
        """Somebody else moves the alias; ``v2=0.1`` is a weight of version 2."""
        self.lambda_.update_alias(
            FunctionName=self.function,
            Name=self.name,
            FunctionVersion=version,
            RoutingConfig={"AdditionalVersionWeights": {k.lstrip("v"): w for k, w in weights.items()}},
        )

    def until_ended(self, deployment_id: str) -> None:
        until(self.twin, lambda: self.status(deployment_id) not in ("Created", "InProgress"))
        pass_time(self.twin, 0)


def pass_time(twin: RunningTwin, seconds: float) -> None:
    """A scaled clock moves by itself."""
    if isinstance(twin.twin.clock, ManualClock):
        twin.advance(seconds)


def until(twin: RunningTwin, condition: Callable[[], bool], *, seconds: float = 0.0) -> None:
    """Wait for functions, which run in real time; each look lets so much time of a manual clock pass."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"not true within {PATIENCE_SECONDS:.0f} seconds"
        pass_time(twin, seconds)
        time.sleep(0.02)


DEPLOY_POLICY = [
    ("lambda:GetAlias", "*"),
    ("lambda:UpdateAlias", "*"),
    ("lambda:InvokeFunction", "arn:aws:lambda:*:*:function:CodeDeployHook_*"),
    ("cloudwatch:DescribeAlarms", "*"),
    ("sns:Publish", "*"),
]
HOOK_POLICY = [("codedeploy:PutLifecycleEventHookExecutionStatus", "*"), ("logs:*", "*")]


def role(twin: RunningTwin, name: str, service: str, allowed: list[tuple[str, str]]) -> str:
    iam = twin.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    created = iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )
    statements = [{"Effect": "Allow", "Action": action, "Resource": where} for action, where in allowed]
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    policy = iam.create_policy(PolicyName=name, PolicyDocument=document)
    iam.attach_role_policy(RoleName=name, PolicyArn=policy["Policy"]["Arn"])
    return str(created["Role"]["Arn"])


def archive(code: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as zipped:
        zipped.writestr("index.py", code)
    return buffer.getvalue()


def appspec(function: str, alias: str, current: str, target: str, hooks: list[dict[str, str]]) -> str:
    properties = {"Name": function, "Alias": alias, "CurrentVersion": current, "TargetVersion": target}
    resource = {"Type": "AWS::Lambda::Function", "Properties": properties}
    return json.dumps({"version": 0.0, "Resources": [{function: resource}], "Hooks": hooks})


@pytest.fixture(scope="module")
def codedeploy_twin() -> Iterator[RunningTwin]:
    with start_twin(clock="manual", services={"codedeploy", "lambda", "cloudwatch", "events"}) as running:
        yield running


@pytest.fixture(scope="module")
def workshop(codedeploy_twin: RunningTwin) -> Workshop:
    return Workshop(codedeploy_twin)


@pytest.fixture(scope="module")
def make_release() -> Callable[[RunningTwin, str], Release]:
    """For a module that brings a twin of its own."""
    return lambda twin, name: Release(Workshop(twin), name)


_numbers = itertools.count(1)


@pytest.fixture
def release(workshop: Workshop) -> Release:
    return Release(workshop, f"live{next(_numbers)}")

"""A twin with CodeBuild, and a short way to make projects and run builds on it through boto3."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.stacks.build_kit import Kit

from greenshift.testing import RunningTwin, start_twin
from greenshift.twin.codebuild import workplace

_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "codebuild.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


class Builds:
    """What the tests of this folder do most."""

    def __init__(self, twin: RunningTwin) -> None:
        self.twin = twin
        self.codebuild = twin.client("codebuild")
        self.s3 = twin.client("s3")
        self.logs = twin.client("logs")
        self.role = self._role()

    def _role(self) -> str:
        iam = self.twin.client("iam")
        role = iam.create_role(RoleName="build", AssumeRolePolicyDocument=json.dumps(_TRUST))
        everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        document = {"Version": "2012-10-17", "Statement": [everything]}
        policy = iam.create_policy(PolicyName="build", PolicyDocument=json.dumps(document))
        iam.attach_role_policy(RoleName="build", PolicyArn=policy["Policy"]["Arn"])
        return str(role["Role"]["Arn"])

    def project(self, buildspec: str = "", **members: Any) -> str:
        name = f"p-{uuid.uuid4().hex[:8]}"
        environment = {
            "type": "LINUX_CONTAINER",
            "image": "aws/codebuild/standard:7.0",
            "computeType": "BUILD_GENERAL1_SMALL",
            **members.pop("environment", {}),
        }
        self.codebuild.create_project(
            name=name,
            environment=environment,
            serviceRole=self.role,
            **{
                "source": {"type": "NO_SOURCE", "buildspec": buildspec},
                "artifacts": {"type": "NO_ARTIFACTS"},
                **members,
            },
        )
        return name

    def start(self, project: str, **members: Any) -> str:
        return str(self.codebuild.start_build(projectName=project, **members)["build"]["id"])

    def get(self, build_id: str) -> dict[str, Any]:
        [build] = self.codebuild.batch_get_builds(ids=[build_id])["builds"]
        return dict(build)

    def wait(self, build_id: str, seconds: float = 120.0) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            build = self.get(build_id)
            if build["buildComplete"]:
                return build
            time.sleep(0.02)
        raise AssertionError(f"{build_id} is not complete after {seconds} s")

    def wait_for_line(self, build_id: str, line: str, seconds: float = 15.0) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            build = self.get(build_id)
            if "streamName" in build["logs"] and line in self.lines(build):
                return
            time.sleep(0.05)
        raise AssertionError(f"{build_id} never said {line!r}")

    def run(self, buildspec: str, **members: Any) -> dict[str, Any]:
        return self.wait(self.start(self.project(buildspec, **members)))

    def lines(self, build: dict[str, Any]) -> list[str]:
        """The build's log as CloudWatch Logs has it."""
        found = self.logs.get_log_events(
            logGroupName=build["logs"]["groupName"],
            logStreamName=build["logs"]["streamName"],
            startFromHead=True,
        )
        return [event["message"] for event in found["events"]]

    def output(self, build: dict[str, Any]) -> list[str]:
        """What the commands wrote, without CodeBuild's own lines."""
        return [line for line in self.lines(build) if not line.startswith("[Container]")]


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Builds]:
    cache: Path = tmp_path_factory.mktemp("cache")
    with start_twin(speed=60, services={"codebuild"}, cache=cache) as twin:
        yield Builds(twin)


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    """The build kit where it finds what a build finds, with a source to write into."""
    place = workplace.prepare(tmp_path / "place")
    (tmp_path / "source").mkdir()
    return Kit(tmp_path, place.programs)

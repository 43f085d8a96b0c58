"""A real twin, a real git repository, and short ways to wait for a pipeline."""

from __future__ import annotations

import io
import json
import subprocess
import time
import uuid
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from greenshift.testing import RunningTwin, start_twin

SERVICES = {"codebuild", "codeconnections", "codepipeline", "lambda"}


@pytest.fixture(scope="module")
def fast_twin() -> Iterator[RunningTwin]:
    """Ten minutes a second: nothing here waits longer than that."""
    with start_twin(speed=600, services=SERVICES) as running:
        yield running


class Checkout:
    """A git repository a test can commit to."""

    def __init__(self, path: Path, repository_id: str) -> None:
        self.path = path
        self.id = repository_id
        path.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str) -> str:
        identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false"]
        done = subprocess.run(
            ["git", *identity, *arguments], cwd=self.path, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def commit(self, message: str, **files: str) -> str:
        for name, text in files.items():
            (self.path / name.replace("_", ".")).write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")


class Project:
    """What a pipeline needs around it: a role, a versioned bucket, a connection and a repository."""

    def __init__(self, twin: RunningTwin, checkout: Checkout) -> None:
        self.twin = twin
        self.checkout = checkout
        self.name = f"p-{uuid.uuid4().hex[:8]}"
        self.codepipeline = twin.client("codepipeline")
        self.s3 = twin.client("s3")
        self.bucket = f"artifacts-{self.name}"
        self.s3.create_bucket(Bucket=self.bucket)
        self.s3.put_bucket_versioning(Bucket=self.bucket, VersioningConfiguration={"Status": "Enabled"})
        self.role = self.make_role("codepipeline.amazonaws.com")
        connections = twin.client("codeconnections")
        made = connections.create_connection(ProviderType="GitHub", ConnectionName="c")
        self.connection: str = made["ConnectionArn"]
        twin.register_repository(checkout.id, checkout.path)

    def make_role(self, *services: str) -> str:
        iam, name = self.twin.client("iam"), f"role-{uuid.uuid4().hex[:8]}"
        trust = {"Effect": "Allow", "Principal": {"Service": list(services)}, "Action": "sts:AssumeRole"}
        everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(trust))["Role"]
        policy = iam.create_policy(PolicyName=name, PolicyDocument=_policy(everything))["Policy"]
        iam.attach_role_policy(RoleName=name, PolicyArn=policy["Arn"])
        return str(role["Arn"])

    def source(self, **configuration: str) -> dict[str, Any]:
        return {
            "name": "Source",
            "actionTypeId": type_id("Source", "CodeStarSourceConnection"),
            "namespace": "SourceVariables",
            "outputArtifacts": [{"name": "SourceOutput"}],
            "configuration": {
                "ConnectionArn": self.connection,
                "FullRepositoryId": self.checkout.id,
                "BranchName": "main",
                "DetectChanges": "false",
                **configuration,
            },
        }

    def document(self, *stages: list[dict[str, Any]], source: dict[str, Any] | None = None) -> dict[str, Any]:
        named = [{"name": f"Stage{i}", "actions": actions} for i, actions in enumerate(stages, start=1)]
        return {
            "name": self.name,
            "roleArn": self.role,
            "pipelineType": "V2",
            "executionMode": "QUEUED",
            "artifactStore": {"type": "S3", "location": self.bucket},
            "stages": [{"name": "Source", "actions": [source or self.source()]}, *named],
        }

    def create(self, document: dict[str, Any]) -> str:
        self.codepipeline.create_pipeline(pipeline=document)
        return self.executions()[0]["pipelineExecutionId"]

    def executions(self) -> Any:
        return self.codepipeline.list_pipeline_executions(pipelineName=self.name)[
            "pipelineExecutionSummaries"
        ]

    def execution(self, execution_id: str) -> Any:
        found = self.codepipeline.get_pipeline_execution(
            pipelineName=self.name, pipelineExecutionId=execution_id
        )
        return found["pipelineExecution"]

    def action(self, stage: str, name: str) -> Any:
        """The latest execution of an action, as GetPipelineState shows it."""
        state = self.codepipeline.get_pipeline_state(name=self.name)
        [stage_state] = [s for s in state["stageStates"] if s["stageName"] == stage]
        [action] = [a for a in stage_state["actionStates"] if a["actionName"] == name]
        return action.get("latestExecution", {})

    def runs(self, execution_id: str) -> Any:
        answer = self.codepipeline.list_action_executions(
            pipelineName=self.name, filter={"pipelineExecutionId": execution_id}
        )
        return {run["actionName"]: run for run in reversed(answer["actionExecutionDetails"])}

    def finish(self, execution_id: str) -> Any:
        """The execution, once it has ended."""
        wait_until(lambda: self.execution(execution_id)["status"] not in ("InProgress", "Stopping"))
        return self.execution(execution_id)

    def settled(self, execution_id: str, action: str = "Source") -> Any:
        """One action's run, once it has ended."""
        ended = ("Succeeded", "Failed", "Abandoned")
        wait_until(lambda: self.runs(execution_id).get(action, {}).get("status") in ended)
        return self.runs(execution_id)[action]

    def artifact(self, run: Any) -> zipfile.ZipFile:
        place = run["output"]["outputArtifacts"][0]["s3location"]
        body = self.s3.get_object(Bucket=place["bucket"], Key=place["key"])["Body"].read()
        return zipfile.ZipFile(io.BytesIO(body))


def type_id(category: str, provider: str, owner: str = "AWS") -> dict[str, str]:
    return {"category": category, "owner": owner, "provider": provider, "version": "1"}


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def wait_until(is_so: Callable[[], object], seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "app", f"me/app-{uuid.uuid4().hex[:8]}")


@pytest.fixture
def project(fast_twin: RunningTwin, checkout: Checkout) -> Iterator[Project]:
    made = Project(fast_twin, checkout)
    yield made
    made.codepipeline.delete_pipeline(name=made.name)


@pytest.fixture
def approval() -> dict[str, Any]:
    return {"name": "Ask", "actionTypeId": type_id("Approval", "Manual")}


@pytest.fixture
def eventually() -> Callable[..., None]:
    return wait_until

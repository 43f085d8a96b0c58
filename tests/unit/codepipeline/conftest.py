"""A CodePipeline with a clock moved by hand and a door that answers from a script."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from greenshift.twin.callers.principal import Principal, Session
from greenshift.twin.clock import ManualClock
from greenshift.twin.codepipeline.api import CodePipeline
from greenshift.twin.loop.tasks import Tasks
from greenshift.twin.repositories import Repositories
from greenshift.twin.service import CallContext, ServiceError
from greenshift.twin.world import ServiceEvent, World

ROLE = "arn:aws:iam::123456789012:role/pipeline"
Answer = Callable[[Mapping[str, Any]], Any]


class ScriptedAws:
    """The door as a test sees it: answers by operation, and a list of what was called, by whom."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {
            "GetBucketVersioning": lambda _: {"Status": "Enabled"},
            "GetObject": lambda _: {"Body": b"zip", "VersionId": "v1", "ETag": '"abc"'},
            "PutObject": lambda _: {},
            "Publish": lambda _: {},
        }
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.callers: list[Principal] = []
        self.refused_roles: set[str] = set()

    async def call(
        self, principal: Principal, service: str, operation: str, parameters: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        await asyncio.sleep(0)
        self.calls.append((operation, dict(parameters or {})))
        self.callers.append(principal)
        answer = self.answers[operation](parameters or {})
        if isinstance(answer, Exception):
            raise answer
        return cast("dict[str, Any]", answer)

    async def assume_role(self, role_arn: str, session_name: str, service: str) -> Session:
        if role_arn in self.refused_roles:
            raise ServiceError("AccessDenied", "not trusted", 403)
        principal = Principal("role", role_arn, session_name)
        return Session(principal, "AKIA", "secret", "token", "us-east-1", "http://127.0.0.1:1")

    def made(self, operation: str) -> list[dict[str, Any]]:
        return [parameters for name, parameters in self.calls if name == operation]


class Bench:
    """The service under test, and short ways to use it."""

    def __init__(self, directory: Path) -> None:
        self.clock = ManualClock()
        self.aws = ScriptedAws()
        self.tasks = Tasks()
        self.events: list[ServiceEvent] = []
        world = World(
            clock=self.clock, aws=self.aws, tasks=self.tasks, emit=self.events.append,
            metrics=cast("Any", None), logs=cast("Any", None), repositories=Repositories(),
            directory=directory, cache=directory, account="123456789012", region="us-east-1",
            endpoint="http://127.0.0.1:1",
        )  # fmt: skip
        self.service = CodePipeline(world)
        self.context = CallContext(Principal.root("123456789012"), "123456789012", "us-east-1", "request")

    async def call(self, operation: str, **request: Any) -> Any:
        answer = await self.service.perform(self.context, operation, request)
        await self.settle()
        return answer

    async def refused(self, operation: str, **request: Any) -> ServiceError:
        with pytest.raises(ServiceError) as caught:
            await self.call(operation, **request)
        return caught.value

    async def settle(self) -> None:
        await self.clock.advance(0)

    async def create(self, document: Mapping[str, Any]) -> str:
        """Create a pipeline; the id of its first execution."""
        await self.call("CreatePipeline", pipeline=document)
        return self.newest(document["name"])

    async def start(self, name: str = "p", **request: Any) -> str:
        answer = await self.call("StartPipelineExecution", name=name, **request)
        return cast("str", answer["pipelineExecutionId"])

    def newest(self, name: str = "p") -> str:
        return list(self.service.pipelines.get(name).executions)[-1]

    async def status(self, execution_id: str, name: str = "p") -> str:
        answer = await self.call("GetPipelineExecution", pipelineName=name, pipelineExecutionId=execution_id)
        return cast("str", answer["pipelineExecution"]["status"])

    async def stage(self, stage: str, name: str = "p") -> Any:
        state = await self.call("GetPipelineState", name=name)
        return next(s for s in state["stageStates"] if s["stageName"] == stage)

    async def action(self, stage: str, index: int = 0) -> Any:
        """The latest execution of an action, as GetPipelineState shows it."""
        return (await self.stage(stage))["actionStates"][index].get("latestExecution", {})

    async def answer(self, stage: str, action: str, status: str = "Approved", summary: str = "") -> None:
        token = (await self.action(stage))["token"]
        result = {"status": status, "summary": summary}
        await self.call(
            "PutApprovalResult",
            pipelineName="p",
            stageName=stage,
            actionName=action,
            token=token,
            result=result,
        )

    def states(self, kind: str) -> list[str]:
        """The states announced on the bus for Pipeline, Stage or Action executions, in order."""
        wanted = f"CodePipeline {kind} Execution State Change"
        return [event.detail["state"] for event in self.events if event.detail_type == wanted]

    def jobs(self) -> list[dict[str, Any]]:
        """The jobs functions were invoked with, oldest first."""
        return [json.loads(p["Payload"])["CodePipeline.job"] for p in self.aws.made("Invoke")]


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    made = Bench(tmp_path)
    yield made
    await made.tasks.stop()


class Documents:
    """Pipeline structures for tests: an S3 source, then the stages asked for."""

    def type_id(self, category: str, provider: str, owner: str = "AWS") -> dict[str, str]:
        return {"category": category, "owner": owner, "provider": provider, "version": "1"}

    def source(self, name: str = "Source", output: str = "SourceOutput", **members: Any) -> dict[str, Any]:
        return {
            "name": name,
            "actionTypeId": self.type_id("Source", "S3"),
            "configuration": {"S3Bucket": "code", "S3ObjectKey": "app.zip", "PollForSourceChanges": "false"},
            "outputArtifacts": [{"name": output}],
            **members,
        }

    def approval(self, name: str = "Ask", **members: Any) -> dict[str, Any]:
        return {"name": name, "actionTypeId": self.type_id("Approval", "Manual"), **members}

    def invoke(self, name: str = "Call", **members: Any) -> dict[str, Any]:
        configuration = {"FunctionName": "worker", **members.pop("configuration", {})}
        type_id = self.type_id("Invoke", "Lambda")
        return {"name": name, "actionTypeId": type_id, "configuration": configuration, **members}

    def build(self, name: str = "Build", inputs: tuple[str, ...] = ("SourceOutput",), **members: Any) -> Any:
        return {
            "name": name,
            "actionTypeId": self.type_id("Build", "CodeBuild"),
            "configuration": {"ProjectName": "project", **members.pop("configuration", {})},
            "inputArtifacts": [{"name": name} for name in inputs],
            **members,
        }

    def pipeline(self, *stages: list[dict[str, Any]], name: str = "p", **members: Any) -> dict[str, Any]:
        """``Source`` with its S3 action, then stages ``Stage1``, ``Stage2``, … of the given actions."""
        named = [{"name": f"Stage{i}", "actions": actions} for i, actions in enumerate(stages, start=1)]
        return {
            "name": name,
            "roleArn": ROLE,
            "artifactStore": {"type": "S3", "location": "artifacts"},
            "stages": [{"name": "Source", "actions": [self.source()]}, *named],
            **members,
        }


@pytest.fixture
def documents() -> Documents:
    return Documents()

"""The pipeline as it stands, its executions, and questions whose tokens stay out of every view."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from greenshift.view import plain
from greenshift.view.executions import PipelineReader

START = datetime(2026, 11, 23, 16, tzinfo=UTC)
APPROVAL = {"category": "Approval", "provider": "Manual"}
ACTIONS = {
    "Build": {"name": "Build", "actionTypeId": {"category": "Build", "provider": "CodeBuild"},
              "configuration": {"ProjectName": "shop-build"}},
    "Approve": {"name": "Ask", "actionTypeId": APPROVAL, "configuration": {"CustomData": "Ready?"}},
}  # fmt: skip


@dataclass
class FakePipeline:
    """CodePipeline with executions ``e<n>``; each has its Build behind it and waits for an answer."""

    statuses: dict[str, str] = field(default_factory=lambda: {"e2": "InProgress", "e1": "Succeeded"})
    mode: str = "SUPERSEDED"
    version: int = 1
    updated: dict[str, int] = field(default_factory=dict)
    reads: list[str] = field(default_factory=list)

    def get_pipeline(self, name: str) -> dict[str, Any]:
        self.reads.append("declaration")
        stages = [{"name": stage, "actions": [action]} for stage, action in ACTIONS.items()]
        return {"pipeline": {"version": self.version, "executionMode": self.mode, "stages": stages}}

    def get_pipeline_state(self, name: str) -> dict[str, Any]:
        waits = {"status": "InProgress", "token": "secret-of-the-state", "lastStatusChange": START}
        failed = {"status": "Failed", "errorDetails": {"message": "old"}}
        newest = {"latestExecution": {"pipelineExecutionId": "e2"}}
        build = {"actionStates": [{"actionName": "Build", "latestExecution": failed}], **newest}
        asks = {"actionStates": [{"actionName": "Ask", "latestExecution": waits}], **newest}
        closed = {"inboundTransitionState": {"enabled": False, "disabledReason": "a freeze"}}
        stages = [{"stageName": "Build", **build}, {"stageName": "Approve", **asks, **closed}]
        return {"pipelineVersion": self.version, "stageStates": stages}

    def list_pipeline_executions(self, pipelineName: str, maxResults: int) -> dict[str, Any]:
        return {
            "pipelineExecutionSummaries": [
                {"pipelineExecutionId": each, "status": status, "startTime": START,
                 "lastUpdateTime": START + timedelta(seconds=self.updated.get(each, 0)),
                 "trigger": {"triggerType": "Webhook", "triggerDetail": "arn"}}
                for each, status in self.statuses.items()
            ]
        }  # fmt: skip

    def get_paginator(self, name: str) -> FakePipeline:
        return self

    def paginate(self, pipelineName: str, filter: dict[str, str]) -> Iterator[dict[str, Any]]:
        execution = filter["pipelineExecutionId"]
        self.reads.append(execution)
        result = {"executionResult": {"externalExecutionId": f"secret-of-{execution}"}}
        build = {"stageName": "Build", "actionName": "Build", "status": "Succeeded", "startTime": START}
        ask = {"stageName": "Approve", "actionName": "Ask", "status": "InProgress", "output": result}
        yield {"actionExecutionDetails": [ask, build]}


def reader(client: FakePipeline) -> PipelineReader:
    return PipelineReader(client, "shop", "url", lambda answer: None)


def test_an_open_question_has_its_token_and_no_view_has() -> None:
    seen = reader(FakePipeline()).read()
    (asked,) = seen.approvals

    assert (asked.stage, asked.action, asked.execution, asked.message) == ("Approve", "Ask", "e2", "Ready?")
    assert asked.token == "secret-of-the-state"
    assert "secret" not in str(plain(seen.view))


def test_executions_in_parallel_each_ask_with_a_token_of_their_own() -> None:
    client = FakePipeline({"e2": "InProgress", "e1": "InProgress"}, mode="PARALLEL")
    seen = reader(client).read()

    assert [(asked.execution, asked.token) for asked in seen.approvals] == [
        ("e2", "secret-of-e2"),
        ("e1", "secret-of-e1"),
    ]
    assert "secret" not in str(plain(seen.view))


def test_a_stage_shows_the_actions_of_the_execution_in_it_and_not_those_of_an_earlier_one() -> None:
    build, approve = reader(FakePipeline()).read().view.stages

    assert (build.status, build.error, build.execution) == ("Succeeded", "", "e2")
    assert (approve.is_open, approve.closed_because) == (False, "a freeze")


def test_stages_of_an_ended_execution_are_kept_until_it_comes_back_to_life() -> None:
    client = FakePipeline({"e2": "Failed", "e1": "Succeeded"})
    pipeline = reader(client)
    pipeline.read()
    pipeline.read()
    assert client.reads.count("e2") == 1
    client.updated["e2"] = 60
    pipeline.read()

    assert client.reads.count("e2") == 2
    assert "e1" not in client.reads, "neither under way nor the newest"


def test_the_declaration_is_read_again_when_its_version_has_grown() -> None:
    client = FakePipeline()
    pipeline = reader(client)
    pipeline.read()
    pipeline.read()
    assert client.reads.count("declaration") == 1
    client.version = 2

    assert pipeline.read().view.version == 2
    assert client.reads.count("declaration") == 2
    assert pipeline.declaration.build_project == "shop-build"


def test_an_execution_tells_what_started_it_and_when() -> None:
    newest = reader(FakePipeline()).read().view.executions[0]

    assert (newest.trigger, newest.started_at) == ("Webhook arn", "2026-11-23T16:00:00.000Z")

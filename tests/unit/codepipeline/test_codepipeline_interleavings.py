"""Whatever people do in whatever order, the promises of the three modes hold."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from greenshift.twin.codepipeline.state import Execution, Pipeline
from greenshift.twin.service import ServiceError

STEPS = 60


@pytest.mark.parametrize("mode", ["SUPERSEDED", "QUEUED", "PARALLEL"])
@pytest.mark.parametrize("seed", range(4))
async def test_the_promises_of_a_mode_survive_any_order_of_requests(
    bench: Any, documents: Any, mode: str, seed: int
) -> None:
    chance = random.Random(f"{mode}-{seed}")
    first, second = documents.approval("A"), documents.approval("B")
    await bench.create(documents.pipeline([first, second], [documents.approval("C")], executionMode=mode))
    pipeline: Pipeline = bench.service.pipelines.get("p")

    for _ in range(STEPS):
        await act(bench, pipeline, chance)
        check_promises(pipeline, mode)

    await let_through(bench, pipeline)
    assert not pipeline.live()
    assert bench.service.approvals._open == {}


async def act(bench: Any, pipeline: Pipeline, chance: random.Random) -> None:
    """One request a person might make, sensible or not."""
    execution = chance.choice(list(pipeline.executions.values()))
    stage = chance.choice(["Stage1", "Stage2"])
    which = {"pipelineName": "p", "pipelineExecutionId": execution.id}
    where = {"pipelineName": "p", "stageName": stage, "transitionType": "Inbound"}
    requests: list[tuple[str, dict[str, Any]]] = [
        ("StartPipelineExecution", {"name": "p"}),
        ("StopPipelineExecution", {**which, "abandon": chance.random() < 0.5}),
        ("RetryStageExecution", {**which, "stageName": stage, "retryMode": "FAILED_ACTIONS"}),
        ("RetryStageExecution", {**which, "stageName": stage, "retryMode": "ALL_ACTIONS"}),
        ("DisableStageTransition", {**where, "reason": "why not"}),
        ("EnableStageTransition", where),
    ]
    if chance.random() < 0.5:
        await answer_one(bench, pipeline, chance)
        return
    operation, request = chance.choice(requests)
    try:
        await bench.call(operation, **request)
    except ServiceError as refusal:
        assert not refusal.code.startswith("Internal")


async def answer_one(bench: Any, pipeline: Pipeline, chance: random.Random) -> None:
    asking = [run for execution in pipeline.live() for run in execution.running() if run.token]
    if asking:
        run = chance.choice(asking)
        verdict = "Approved" if chance.random() < 0.8 else "Rejected"
        await bench.call(
            "PutApprovalResult", pipelineName="p", stageName=run.stage, actionName=run.action.name,
            token=run.token, result={"status": verdict, "summary": ""},
        )  # fmt: skip


def check_promises(pipeline: Pipeline, mode: str) -> None:
    inside = [e for e in pipeline.live() if not e.is_waiting]
    waiting = [e for e in pipeline.live() if e.is_waiting]
    if mode != "PARALLEL":
        assert all(count == 1 for count in Counter(e.position for e in inside).values())
    if mode == "SUPERSEDED":
        assert all(count == 1 for count in Counter(e.position for e in waiting).values())
    else:
        assert not any(e.status == "Superseded" for e in pipeline.executions.values())
    for execution in pipeline.executions.values():
        check_execution(execution)


def check_execution(execution: Execution) -> None:
    if not execution.is_live:
        assert execution.running() == []
    if execution.status == "Succeeded":
        visits = execution.stages.values()
        assert [visit.status for visit in visits] == ["Succeeded"] * 3
        assert all(run.status == "Succeeded" for visit in visits for run in visit.runs.values())
    if execution.status == "Failed":
        assert execution.summary


async def let_through(bench: Any, pipeline: Pipeline) -> None:
    """Open every transition and approve everything, until nothing is left to approve."""
    for stage in ("Stage1", "Stage2"):
        await bench.call("EnableStageTransition", pipelineName="p", stageName=stage, transitionType="Inbound")
    always = random.Random(0)
    for _ in range(500):
        if not pipeline.live():
            return
        await answer_one(bench, pipeline, always)

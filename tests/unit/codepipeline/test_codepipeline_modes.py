"""Several executions in one pipeline: superseded, queued, in parallel, held by a transition."""

from __future__ import annotations

from typing import Any

import pytest


async def test_a_newer_execution_takes_the_waiting_slot(bench: Any, documents: Any) -> None:
    first = await bench.create(documents.pipeline([documents.approval()]))
    second = await bench.start()
    third = await bench.start()

    assert await bench.status(first) == "InProgress"
    assert await bench.status(second) == "Superseded"
    state = await bench.stage("Stage1")
    assert state["inboundExecution"]["pipelineExecutionId"] == third
    assert state["latestExecution"]["pipelineExecutionId"] == first
    assert "SUPERSEDED" in bench.states("Pipeline")


async def test_the_waiting_execution_enters_when_the_stage_is_free(bench: Any, documents: Any) -> None:
    first = await bench.create(documents.pipeline([documents.approval()]))
    second = await bench.start()

    await bench.answer("Stage1", "Ask")

    assert await bench.status(first) == "Succeeded"
    state = await bench.stage("Stage1")
    assert state["latestExecution"] == {
        "pipelineExecutionId": second, "status": "InProgress", "type": "STANDARD",
    }  # fmt: skip
    assert "inboundExecution" not in state


async def test_a_failure_lets_the_next_execution_in(bench: Any, documents: Any) -> None:
    first = await bench.create(documents.pipeline([documents.approval()]))
    second = await bench.start()

    await bench.answer("Stage1", "Ask", "Rejected", "no")

    assert await bench.status(first) == "Failed"
    assert (await bench.stage("Stage1"))["latestExecution"]["pipelineExecutionId"] == second


async def test_queued_executions_run_in_order_and_all_of_them(bench: Any, documents: Any) -> None:
    document = documents.pipeline([documents.approval()], executionMode="QUEUED")
    ids = [await bench.create(document), *[await bench.start() for _ in range(3)]]

    waiting = (await bench.stage("Stage1"))["inboundExecutions"]
    assert [e["pipelineExecutionId"] for e in waiting] == ids[1:]

    for execution_id in ids:
        assert (await bench.stage("Stage1"))["latestExecution"]["pipelineExecutionId"] == execution_id
        await bench.answer("Stage1", "Ask")

    assert [await bench.status(execution_id) for execution_id in ids] == ["Succeeded"] * 4


async def test_parallel_executions_do_not_wait_for_each_other(bench: Any, documents: Any) -> None:
    document = documents.pipeline([documents.approval()], executionMode="PARALLEL")
    await bench.create(document)
    await bench.start()

    runs = await bench.call("ListActionExecutions", pipelineName="p")
    asking = [run for run in runs["actionExecutionDetails"] if run["actionName"] == "Ask"]
    assert [run["status"] for run in asking] == ["InProgress", "InProgress"]
    # GetPipelineState knows nothing of parallel executions; the token is in the action's result instead.
    assert "latestExecution" not in await bench.stage("Stage1")
    token = asking[0]["output"]["executionResult"]["externalExecutionId"]
    await bench.call(
        "PutApprovalResult", pipelineName="p", stageName="Stage1", actionName="Ask", token=token,
        result={"status": "Approved", "summary": ""},
    )  # fmt: skip
    assert await bench.status(asking[0]["pipelineExecutionId"]) == "Succeeded"
    assert await bench.status(asking[1]["pipelineExecutionId"]) == "InProgress"


@pytest.mark.parametrize("mode", ["QUEUED", "PARALLEL"])
async def test_there_is_a_limit_to_executions_in_progress(bench: Any, documents: Any, mode: str) -> None:
    await bench.create(documents.pipeline([documents.approval()], executionMode=mode))
    for _ in range(49):
        await bench.start()

    error = await bench.refused("StartPipelineExecution", name="p")

    assert error.code == "ConcurrentPipelineExecutionsLimitExceededException"


async def test_a_disabled_transition_holds_and_enabling_it_lets_the_latest_in(
    bench: Any, documents: Any
) -> None:
    await bench.create(documents.pipeline([documents.approval()]))
    await bench.answer("Stage1", "Ask")
    where = {"pipelineName": "p", "stageName": "Stage1", "transitionType": "Inbound"}
    await bench.call("DisableStageTransition", **where, reason="freeze")
    older, newer = await bench.start(), await bench.start()

    state = await bench.stage("Stage1")
    assert state["inboundTransitionState"]["enabled"] is False
    assert state["inboundTransitionState"]["disabledReason"] == "freeze"
    assert await bench.status(older) == "Superseded"
    assert state["inboundExecution"]["pipelineExecutionId"] == newer

    await bench.call("EnableStageTransition", **where)

    state = await bench.stage("Stage1")
    assert state["inboundTransitionState"]["enabled"] is True
    assert state["latestExecution"] == {
        "pipelineExecutionId": newer, "status": "InProgress", "type": "STANDARD",
    }  # fmt: skip


async def test_an_outbound_transition_is_the_next_stages_inbound(bench: Any, documents: Any) -> None:
    await bench.create(documents.pipeline([documents.approval()]))
    where = {"pipelineName": "p", "stageName": "Source", "transitionType": "Outbound"}

    await bench.call("DisableStageTransition", **where, reason="freeze")

    assert (await bench.stage("Stage1"))["inboundTransitionState"]["enabled"] is False


async def test_a_transition_into_an_unknown_stage_is_refused(bench: Any, documents: Any) -> None:
    await bench.create(documents.pipeline([documents.approval()]))

    error = await bench.refused(
        "EnableStageTransition", pipelineName="p", stageName="Nope", transitionType="Inbound"
    )

    assert error.code == "StageNotFoundException"

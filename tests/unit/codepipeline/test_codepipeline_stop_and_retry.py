"""StopPipelineExecution both ways, and RetryStageExecution both ways, with everything that is refused."""

from __future__ import annotations

from typing import Any


def stop(execution_id: str, **members: Any) -> dict[str, Any]:
    return {"pipelineName": "p", "pipelineExecutionId": execution_id, **members}


def retry(execution_id: str, stage: str = "Stage1", mode: str = "FAILED_ACTIONS") -> dict[str, Any]:
    return {"pipelineName": "p", "stageName": stage, "pipelineExecutionId": execution_id, "retryMode": mode}


async def test_stop_and_wait_lets_the_running_action_finish(bench: Any, documents: Any) -> None:
    first = await bench.create(documents.pipeline([documents.approval()], [documents.approval("Later")]))

    await bench.call("StopPipelineExecution", **stop(first, reason="lunch"))

    assert await bench.status(first) == "Stopping"
    assert (await bench.stage("Stage1"))["latestExecution"]["status"] == "Stopping"
    await bench.answer("Stage1", "Ask")
    assert await bench.status(first) == "Stopped"
    assert (await bench.action("Stage1"))["status"] == "Succeeded"
    assert "latestExecution" not in await bench.stage("Stage2")
    summaries = (await bench.call("ListPipelineExecutions", pipelineName="p"))["pipelineExecutionSummaries"]
    assert summaries[0]["stopTrigger"] == {"reason": "lunch"}
    assert bench.states("Pipeline") == ["STARTED", "STOPPING", "STOPPED"]
    told = [event.detail for event in bench.events if "Pipeline Execution" in event.detail_type]
    comments = {detail["state"]: detail.get("stop-execution-comments") for detail in told}
    assert (comments["STARTED"], comments["STOPPING"], comments["STOPPED"]) == (None, "lunch", "lunch")


async def test_abandon_leaves_the_running_action_behind(bench: Any, documents: Any) -> None:
    first = await bench.create(documents.pipeline([documents.approval()]))
    token = (await bench.action("Stage1"))["token"]

    await bench.call("StopPipelineExecution", **stop(first, abandon=True))

    assert await bench.status(first) == "Stopped"
    assert (await bench.action("Stage1"))["status"] == "Abandoned"
    assert bench.states("Action")[-1] == "ABANDONED"
    error = await bench.refused(
        "PutApprovalResult", pipelineName="p", stageName="Stage1", actionName="Ask", token=token,
        result={"status": "Approved", "summary": ""},
    )  # fmt: skip
    assert error.code == "InvalidApprovalTokenException"


async def test_a_second_stop_is_a_duplicate_but_may_abandon(bench: Any, documents: Any) -> None:
    first = await bench.create(documents.pipeline([documents.approval()]))
    await bench.call("StopPipelineExecution", **stop(first))

    assert (
        await bench.refused("StopPipelineExecution", **stop(first))
    ).code == "DuplicatedStopRequestException"
    await bench.call("StopPipelineExecution", **stop(first, abandon=True))

    assert await bench.status(first) == "Stopped"
    error = await bench.refused("StopPipelineExecution", **stop(first))
    assert error.code == "PipelineExecutionNotStoppableException"


async def test_a_waiting_execution_can_be_stopped(bench: Any, documents: Any) -> None:
    first = await bench.create(documents.pipeline([documents.approval()]))
    second = await bench.start()

    await bench.call("StopPipelineExecution", **stop(second))

    assert [await bench.status(first), await bench.status(second)] == ["InProgress", "Stopped"]
    assert "inboundExecution" not in await bench.stage("Stage1")


async def test_a_stop_frees_the_stage_for_the_next(bench: Any, documents: Any) -> None:
    first = await bench.create(documents.pipeline([documents.approval()], executionMode="QUEUED"))
    second = await bench.start()

    await bench.call("StopPipelineExecution", **stop(first))
    assert (await bench.stage("Stage1"))["latestExecution"]["pipelineExecutionId"] == first
    await bench.call("StopPipelineExecution", **stop(first, abandon=True))

    assert (await bench.stage("Stage1"))["latestExecution"]["pipelineExecutionId"] == second


async def test_a_retry_of_failed_actions_keeps_the_others(bench: Any, documents: Any) -> None:
    actions = [documents.approval("Good"), documents.approval("Bad"), documents.approval("After", runOrder=2)]
    first = await bench.create(documents.pipeline(actions))
    good_run = (await bench.action("Stage1", 0))["actionExecutionId"]
    await bench.answer("Stage1", "Good")
    await answer_second(bench, "Bad", "Rejected")
    assert await bench.status(first) == "Failed"
    assert (await bench.action("Stage1", 2)) == {}

    await bench.call("RetryStageExecution", **retry(first))

    assert await bench.status(first) == "InProgress"
    assert (await bench.action("Stage1", 0))["actionExecutionId"] == good_run
    await answer_second(bench, "Bad", "Approved")
    assert (await bench.action("Stage1", 2))["status"] == "InProgress"
    state = await bench.stage("Stage1")
    assert state["retryStageMetadata"] == {
        "manualStageRetryAttempt": 1, "latestRetryTrigger": "ManualStageRetry",
    }  # fmt: skip
    assert bench.states("Pipeline") == ["STARTED", "FAILED", "RESUMED"]
    assert bench.states("Stage")[-1] == "RESUMED"


async def test_a_retry_of_all_actions_runs_each_again(bench: Any, documents: Any) -> None:
    first = await bench.create(documents.pipeline([documents.approval("Good"), documents.approval("Bad")]))
    good_run = (await bench.action("Stage1", 0))["actionExecutionId"]
    await bench.answer("Stage1", "Good")
    await answer_second(bench, "Bad", "Rejected")

    await bench.call("RetryStageExecution", **retry(first, mode="ALL_ACTIONS"))

    again = await bench.action("Stage1", 0)
    assert again["status"] == "InProgress"
    assert again["actionExecutionId"] != good_run
    listed = await bench.call("ListActionExecutions", pipelineName="p", filter={"pipelineExecutionId": first})
    assert len(listed["actionExecutionDetails"]) == 5
    only_latest = {"latestInPipelineExecution": {"pipelineExecutionId": first, "startTimeRange": "Latest"}}
    latest = await bench.call("ListActionExecutions", pipelineName="p", filter=only_latest)
    assert len(latest["actionExecutionDetails"]) == 3


async def test_failed_actions_can_be_retried_while_others_run(bench: Any, documents: Any) -> None:
    first = await bench.create(documents.pipeline([documents.approval("Slow"), documents.approval("Bad")]))
    await answer_second(bench, "Bad", "Rejected")
    assert await bench.status(first) == "InProgress"

    refused = await bench.refused("RetryStageExecution", **retry(first, mode="ALL_ACTIONS"))
    assert refused.code == "StageNotRetryableException"
    await bench.call("RetryStageExecution", **retry(first))

    assert (await bench.action("Stage1", 1))["status"] == "InProgress"
    assert (await bench.refused("RetryStageExecution", **retry(first))).code == "ConflictException"


async def test_an_abandoned_stage_can_be_retried(bench: Any, documents: Any) -> None:
    first = await bench.create(documents.pipeline([documents.approval()]))
    await bench.call("StopPipelineExecution", **stop(first, abandon=True, reason="lunch"))

    await bench.call("RetryStageExecution", **retry(first))
    await bench.answer("Stage1", "Ask")

    [summary] = (await bench.call("ListPipelineExecutions", pipelineName="p"))["pipelineExecutionSummaries"]
    assert summary["status"] == "Succeeded"
    assert "stopTrigger" not in summary


async def test_what_did_not_fail_cannot_be_retried(bench: Any, documents: Any) -> None:
    first = await bench.create(documents.pipeline([documents.approval()]))
    second = await bench.start()

    running = await bench.refused("RetryStageExecution", **retry(first))
    passed = await bench.refused("RetryStageExecution", **retry(first, stage="Source"))
    inbound = await bench.refused("RetryStageExecution", **retry(second))
    unknown = await bench.refused("RetryStageExecution", **retry(first, stage="Nope"))

    assert {error.code for error in (running, passed, inbound)} == {"StageNotRetryableException"}
    assert unknown.code == "StageNotFoundException"


async def test_a_stage_entered_by_a_later_execution_cannot_be_retried(bench: Any, documents: Any) -> None:
    first = await bench.create(documents.pipeline([documents.approval()]))
    await bench.answer("Stage1", "Ask", "Rejected")
    await bench.start()

    error = await bench.refused("RetryStageExecution", **retry(first))

    assert error.code == "NotLatestPipelineExecutionException"


async def test_a_stage_of_an_older_structure_cannot_be_retried(bench: Any, documents: Any) -> None:
    document = documents.pipeline([documents.approval()])
    first = await bench.create(document)
    await bench.answer("Stage1", "Ask", "Rejected")
    await bench.call("UpdatePipeline", pipeline=document)

    error = await bench.refused("RetryStageExecution", **retry(first))

    assert error.code == "StageNotRetryableException"
    assert "updated" in error.message


async def test_a_stage_may_retry_by_itself_and_does_so_once(bench: Any, documents: Any) -> None:
    document = documents.pipeline([documents.approval()])
    document["stages"][1]["onFailure"] = {
        "result": "RETRY", "retryConfiguration": {"retryMode": "FAILED_ACTIONS"},
    }  # fmt: skip
    first = await bench.create(document)

    await bench.answer("Stage1", "Ask", "Rejected")
    assert await bench.status(first) == "InProgress"
    assert (await bench.stage("Stage1"))["retryStageMetadata"] == {
        "autoStageRetryAttempt": 1, "latestRetryTrigger": "AutomatedStageRetry",
    }  # fmt: skip
    await bench.answer("Stage1", "Ask", "Rejected")

    assert await bench.status(first) == "Failed"


async def answer_second(bench: Any, name: str, status: str) -> None:
    token = (await bench.action("Stage1", 1))["token"]
    await bench.call(
        "PutApprovalResult", pipelineName="p", stageName="Stage1", actionName=name, token=token,
        result={"status": status, "summary": ""},
    )  # fmt: skip

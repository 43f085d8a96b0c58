"""What people do to executions, over HTTP: queue them, hold them, stop them, retry them, run out of time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from greenshift.testing import RunningTwin, start_twin

Eventually = Callable[..., None]


@pytest.fixture(scope="module")
def fast_twin() -> Iterator[RunningTwin]:
    """Time stands still here unless a test moves it."""
    with start_twin(clock="manual", services={"codeconnections", "codepipeline"}) as running:
        yield running


@pytest.fixture
def started(project: Any, approval: Any, eventually: Eventually) -> Callable[..., str]:
    """Create a pipeline of one approval; its first execution, once it is asked for."""

    def start(**members: Any) -> str:
        project.checkout.commit("one")
        execution: str = project.create({**project.document([approval]), **members})
        eventually(lambda: project.action("Stage1", "Ask").get("token"))
        return execution

    return start


def start_again(project: Any) -> str:
    """Another execution, once its source has run."""
    execution: str = project.codepipeline.start_pipeline_execution(name=project.name)["pipelineExecutionId"]
    project.settled(execution)
    return execution


def answer(project: Any, status: str = "Approved") -> None:
    project.codepipeline.put_approval_result(
        pipelineName=project.name, stageName="Stage1", actionName="Ask",
        token=project.action("Stage1", "Ask")["token"], result={"status": status, "summary": "said so"},
    )  # fmt: skip


def stage(project: Any) -> Any:
    return project.codepipeline.get_pipeline_state(name=project.name)["stageStates"][1]


def test_queued_executions_wait_for_the_stage_and_take_it_in_order(project: Any, started: Any) -> None:
    first = started(executionMode="QUEUED")
    second, third = start_again(project), start_again(project)

    assert [e["pipelineExecutionId"] for e in stage(project)["inboundExecutions"]] == [second, third]
    answer(project)

    assert project.finish(first)["status"] == "Succeeded"
    assert stage(project)["latestExecution"]["pipelineExecutionId"] == second
    assert [e["status"] for e in project.executions()] == ["InProgress", "InProgress", "Succeeded"]


def test_superseded_executions_give_way_to_newer_ones(project: Any, started: Any) -> None:
    first = started(executionMode="SUPERSEDED")
    second, third = start_again(project), start_again(project)

    assert project.finish(second)["status"] == "Superseded"
    assert [project.execution(e)["status"] for e in (first, third)] == ["InProgress", "InProgress"]
    assert third in project.execution(second)["statusSummary"]


def test_a_disabled_transition_holds_an_execution_until_it_is_enabled(project: Any, started: Any) -> None:
    started()
    answer(project)
    client, where = project.codepipeline, {"pipelineName": project.name, "stageName": "Stage1"}
    client.disable_stage_transition(**where, transitionType="Inbound", reason="freeze until Monday")
    held = start_again(project)

    state = stage(project)
    assert state["inboundExecution"]["pipelineExecutionId"] == held
    assert state["inboundTransitionState"]["disabledReason"] == "freeze until Monday"
    assert state["inboundTransitionState"]["lastChangedBy"] == "arn:aws:iam::123456789012:root"
    client.enable_stage_transition(**where, transitionType="Inbound")

    assert stage(project)["latestExecution"] == {
        "pipelineExecutionId": held, "status": "InProgress", "type": "STANDARD",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("abandon", "status", "action"), [(False, "Stopping", "InProgress"), (True, "Stopped", "Abandoned")]
)
def test_an_execution_can_be_stopped_both_ways(
    project: Any, started: Any, abandon: bool, status: str, action: str
) -> None:
    execution = started()

    project.codepipeline.stop_pipeline_execution(
        pipelineName=project.name, pipelineExecutionId=execution, abandon=abandon, reason="wrong branch"
    )

    assert project.execution(execution)["status"] == status
    assert project.action("Stage1", "Ask")["status"] == action
    if not abandon:
        answer(project)
    assert project.finish(execution)["status"] == "Stopped"
    assert project.executions()[0]["stopTrigger"] == {"reason": "wrong branch"}


def test_a_rejection_fails_the_execution_and_a_retry_asks_again(
    project: Any, started: Any, eventually: Eventually
) -> None:
    execution = started()
    answer(project, "Rejected")
    assert project.finish(execution)["statusSummary"] == "Stage Stage1 failed. Ask: Rejected: said so"

    project.codepipeline.retry_stage_execution(
        pipelineName=project.name, stageName="Stage1", pipelineExecutionId=execution,
        retryMode="FAILED_ACTIONS",
    )  # fmt: skip
    eventually(lambda: project.action("Stage1", "Ask").get("token"))
    answer(project)

    assert project.finish(execution)["status"] == "Succeeded"


def test_an_approval_expires_on_the_twins_clock(project: Any, approval: Any, eventually: Eventually) -> None:
    project.checkout.commit("one")
    approval["timeoutInMinutes"] = 60
    execution = project.create(project.document([approval]))
    eventually(lambda: project.action("Stage1", "Ask").get("token"))

    project.twin.advance(59 * 60)
    assert project.execution(execution)["status"] == "InProgress"
    project.twin.advance(60)

    assert project.finish(execution)["status"] == "Failed"
    assert "not answered in time" in project.action("Stage1", "Ask")["errorDetails"]["message"]

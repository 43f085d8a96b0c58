"""A stage is gone back to, checked before and after, and deployed from: over HTTP, with boto3.

User guide: "Configuring stage rollback", "How do stage conditions work?", "Rule structure reference".
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from greenshift.testing import RunningTwin, start_twin

Eventually = Callable[..., None]


@pytest.fixture(scope="module")
def fast_twin() -> Iterator[RunningTwin]:
    """Time stands still here unless a test moves it."""
    services = {"cloudwatch", "codeconnections", "codepipeline"}
    with start_twin(clock="manual", services=services) as running:
        yield running


def rule(provider: str, **configuration: str) -> dict[str, Any]:
    return {
        "name": f"Check{provider}",
        "ruleTypeId": {"category": "Rule", "owner": "AWS", "provider": provider, "version": "1"},
        "configuration": configuration,
    }


def condition(*rules: dict[str, Any], result: str) -> dict[str, Any]:
    return {"conditions": [{"result": result, "rules": list(rules)}]}


MESSAGE = "#{SourceVariables.CommitMessage}"
GOOD = rule("VariableCheck", Variable=MESSAGE, Operator="CONTAINS", Value="good")


@pytest.fixture
def started(project: Any, approval: Any) -> Callable[..., str]:
    """Create a pipeline of one approval whose stage has ``members``; its first execution."""

    def start(message: str = "good", **members: Any) -> str:
        project.checkout.commit(message)
        document = project.document([approval], [{**approval, "name": "Last"}])
        document["stages"][1].update(members)
        execution: str = project.create(document)
        return execution

    return start


@pytest.fixture
def answer(project: Any, eventually: Eventually) -> Callable[..., None]:
    """Answer the approval of an execution, once it asks."""

    def give(status: str = "Approved", stage: str = "Stage1", action: str = "Ask") -> None:
        eventually(lambda: project.action(stage, action).get("token"))
        project.codepipeline.put_approval_result(
            pipelineName=project.name, stageName=stage, actionName=action,
            token=project.action(stage, action)["token"], result={"status": status, "summary": "said"},
        )  # fmt: skip

    return give


def again(project: Any, message: str) -> str:
    project.checkout.commit(message)
    execution: str = project.codepipeline.start_pipeline_execution(name=project.name)["pipelineExecutionId"]
    return execution


def state(project: Any, stage: str = "Stage1") -> Any:
    [found] = [
        each
        for each in project.codepipeline.get_pipeline_state(name=project.name)["stageStates"]
        if each["stageName"] == stage
    ]
    return found


def minutes_until_judged(project: Any, eventually: Eventually) -> int:
    """How many minutes it takes until the condition of success has ended."""
    eventually(lambda: "onSuccessConditionState" in state(project))
    for minutes in itertools.count():
        if state(project)["onSuccessConditionState"]["latestExecution"]["status"] != "InProgress":
            return minutes
        project.twin.advance(60)
        assert minutes < 100, "the rule has no end"
    raise AssertionError


def test_a_stage_that_fails_is_rolled_back_to_what_succeeded_in_it(
    project: Any, started: Any, answer: Any, eventually: Eventually
) -> None:
    first = started(onFailure={"result": "ROLLBACK"})
    answer()
    answer(stage="Stage2", action="Last")
    second = again(project, "bad")
    answer("Rejected")
    assert project.finish(second)["status"] == "Failed"
    eventually(lambda: len(project.executions()) == 3)

    summary = project.executions()[0]
    answer()
    rolled = project.finish(summary["pipelineExecutionId"])

    assert rolled["executionType"] == "ROLLBACK"
    assert rolled["rollbackMetadata"] == {"rollbackTargetPipelineExecutionId": first}
    assert rolled["trigger"] == {"triggerType": "AutomatedRollback", "triggerDetail": second}
    assert rolled["artifactRevisions"] == project.execution(first)["artifactRevisions"]
    assert rolled["status"] == "Succeeded"
    assert set(project.runs(rolled["pipelineExecutionId"])) == {"Ask"}
    assert state(project)["latestExecution"]["type"] == "ROLLBACK"


def test_a_first_failure_has_nothing_to_go_back_to(project: Any, started: Any, answer: Any) -> None:
    execution = started(onFailure={"result": "ROLLBACK"})
    answer("Rejected")

    assert project.finish(execution)["status"] == "Failed"
    assert [each["pipelineExecutionId"] for each in project.executions()] == [execution]


def test_a_person_rolls_a_stage_back(project: Any, started: Any, answer: Any) -> None:
    first = started()
    answer()
    answer(stage="Stage2", action="Last")
    project.finish(first)
    roll = {"pipelineName": project.name, "stageName": "Stage1", "targetPipelineExecutionId": first}
    made = project.codepipeline.rollback_stage(**roll)["pipelineExecutionId"]
    answer()

    assert project.finish(made)["trigger"]["triggerType"] == "ManualRollback"
    for change, code in (
        ({"stageName": "Source"}, "UnableToRollbackStageException"),
        ({"stageName": "No"}, "StageNotFoundException"),
        ({"targetPipelineExecutionId": made}, "UnableToRollbackStageException"),
        (
            {"targetPipelineExecutionId": "00000000-0000-0000-0000-000000000000"},
            "PipelineExecutionNotFoundException",
        ),
    ):
        with pytest.raises(ClientError) as refused:
            project.codepipeline.rollback_stage(**{**roll, **change})
        assert refused.value.response["Error"]["Code"] == code
    project.codepipeline.update_pipeline(
        pipeline=project.codepipeline.get_pipeline(name=project.name)["pipeline"]
    )
    with pytest.raises(project.codepipeline.exceptions.PipelineExecutionOutdatedException):
        project.codepipeline.rollback_stage(**roll)


@pytest.mark.parametrize(
    ("result", "stage", "status"), [("SKIP", "Skipped", None), ("FAIL", "Failed", "Failed")]
)
def test_a_stage_whose_entry_condition_fails_is_skipped_or_fails(
    project: Any,
    started: Any,
    answer: Any,
    eventually: Eventually,
    result: str,
    stage: str,
    status: str | None,
) -> None:
    execution = started("bad", beforeEntry=condition(GOOD, result=result))
    eventually(lambda: state(project).get("latestExecution", {}).get("status") == stage)

    check = state(project)["beforeEntryConditionState"]
    assert check["latestExecution"]["status"] == "Failed"
    assert "'bad' is not CONTAINS 'good'" in check["latestExecution"]["summary"]
    assert "latestExecution" not in state(project)["actionStates"][0]
    if not status:
        answer(stage="Stage2", action="Last")
    assert project.finish(execution)["status"] == (status or "Succeeded")


def test_a_condition_that_holds_a_stage_up_is_overridden(
    project: Any, started: Any, answer: Any, eventually: Eventually
) -> None:
    execution = started("bad", beforeEntry=condition(GOOD, result="FAIL"))
    assert project.finish(execution)["status"] == "Failed"
    where = {"pipelineName": project.name, "stageName": "Stage1", "pipelineExecutionId": execution}

    project.codepipeline.override_stage_condition(**where, conditionType="BEFORE_ENTRY")
    assert state(project)["beforeEntryConditionState"]["latestExecution"]["status"] == "Overridden"
    answer()
    answer(stage="Stage2", action="Last")

    assert project.finish(execution)["status"] == "Succeeded"
    with pytest.raises(project.codepipeline.exceptions.ConditionNotOverridableException):
        project.codepipeline.override_stage_condition(**where, conditionType="ON_SUCCESS")


def test_an_alarm_after_the_stage_fails_it_and_a_retry_checks_anew(
    project: Any, started: Any, answer: Any, eventually: Eventually
) -> None:
    cloudwatch = project.twin.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName=project.name, Namespace="N", MetricName="M", Statistic="Sum", Period=60,
        EvaluationPeriods=1, Threshold=1.0, ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="ignore",
    )  # fmt: skip
    cloudwatch.set_alarm_state(AlarmName=project.name, StateValue="ALARM", StateReason="x")
    quiet = rule("CloudWatchAlarm", AlarmName=project.name, WaitTime="5")
    execution = started(onSuccess=condition(quiet, result="FAIL"))
    answer()
    assert minutes_until_judged(project, eventually) >= 5

    assert "is in state ALARM" in project.finish(execution)["statusSummary"]
    cloudwatch.set_alarm_state(AlarmName=project.name, StateValue="OK", StateReason="x")
    project.codepipeline.retry_stage_execution(
        pipelineName=project.name, stageName="Stage1", pipelineExecutionId=execution,
        retryMode="FAILED_ACTIONS",
    )  # fmt: skip
    minutes_until_judged(project, eventually)
    answer(stage="Stage2", action="Last")
    assert project.finish(execution)["status"] == "Succeeded"
    told = project.codepipeline.list_rule_executions(pipelineName=project.name)["ruleExecutionDetails"]
    assert [each["status"] for each in told] == ["Succeeded", "Failed"]
    assert {each["input"]["ruleTypeId"]["provider"] for each in told} == {"CloudWatchAlarm"}
    latest = {"latestInPipelineExecution": {"pipelineExecutionId": execution, "startTimeRange": "Latest"}}
    only = project.codepipeline.list_rule_executions(pipelineName=project.name, filter=latest)
    assert [each["status"] for each in only["ruleExecutionDetails"]] == ["Succeeded"]


def test_a_condition_on_failure_decides_whether_a_stage_is_rolled_back(
    project: Any, started: Any, answer: Any, eventually: Eventually
) -> None:
    first = started(onFailure=condition(GOOD, result="ROLLBACK"))
    answer()
    answer(stage="Stage2", action="Last")
    project.finish(first)
    for message, executions in (("good again", 2), ("bad", 4)):
        failed = again(project, message)
        project.settled(failed)
        answer("Rejected")
        project.finish(failed)
        eventually(lambda wanted=executions: len(project.executions()) == wanted)


def test_the_rules_are_told_with_their_keys(project: Any) -> None:
    told = {each["id"]["provider"]: each for each in project.codepipeline.list_rule_types()["ruleTypes"]}

    assert {"CloudWatchAlarm", "CodeBuild", "DeploymentWindow", "LambdaInvoke", "VariableCheck"} == set(told)
    keys = {each["name"]: each["required"] for each in told["CloudWatchAlarm"]["ruleConfigurationProperties"]}
    assert keys == {"AlarmName": True, "AlarmStates": False, "WaitTime": False}


@pytest.mark.parametrize(
    ("window", "expected"), [("* * * * ? *", "Succeeded"), ("0 0 1 1 ? 1999", "Failed"), ("x", "Failed")]
)
def test_a_deployment_window_is_an_expression_of_time(
    project: Any, started: Any, eventually: Eventually, window: str, expected: str
) -> None:
    gate = rule("DeploymentWindow", Cron=window, TimeZone="Europe/Berlin")
    started(beforeEntry=condition(gate, result="FAIL"))

    def told() -> Any:
        return state(project).get("beforeEntryConditionState", {}).get("latestExecution", {}).get("status")

    eventually(lambda: told() in ("Succeeded", "Failed"))
    assert told() == expected

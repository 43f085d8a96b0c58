"""With ``waves`` and ``approval.betweenWaves`` a person stands between two waves: a yes, a no, an alarm
while they think, and a rollback, each on a whole pipeline.
"""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from greenshift.twin.iam.evaluate import Verdict

ORDERS = "orders-per-minute-low"
KEYS = ("charge", "refund")
CONFIG = {
    "functions": {key: {} for key in KEYS},
    "source": {"provider": "s3"},
    "rollout": "AllAtOnce",
    "waves": [["charge"]],
    "approval": {"betweenWaves": True},
    "alarm": {"also": [ORDERS]},
}


def eventually(look: Callable[[], Any]) -> Any:
    """What ``look`` finds, asked every moment, for a minute at most."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError("it never came")


@dataclass
class Shop:
    """The stack, and what a person does with its pipeline."""

    stack: Any

    def __post_init__(self) -> None:
        self.pipeline = self.stack.twin.client("codepipeline")
        self.name = self.stack.name()

    def release(self, answer: str, **variables: str) -> str:
        """Start a release of new code for both functions; return its id."""
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            for key in KEYS:
                source = f"def handler(event, context):\n    return '{answer}'\n"
                archive.writestr(f"functions/{key}/handler.py", source)
        self.stack.twin.client("s3").put_object(
            Bucket=self.stack.bucket, Key="source/source.zip", Body=data.getvalue()
        )
        told = {"variables": [{"name": name, "value": value} for name, value in variables.items()]}
        started = self.pipeline.start_pipeline_execution(name=self.name, **(told if variables else {}))
        return str(started["pipelineExecutionId"])

    def question(self, execution: str) -> str:
        """The token of the approval, once it is asked for."""

        def asked() -> str | None:
            assert self.status(execution) == "InProgress", self.actions(execution)
            state = self.pipeline.get_pipeline_state(name=self.name)["stageStates"]
            shift = next(stage for stage in state if stage["stageName"] == "Shift")
            actions = {each["actionName"]: each.get("latestExecution", {}) for each in shift["actionStates"]}
            approval = actions["ApproveWave2"]
            is_open = approval.get("status") == "InProgress"
            is_ours = shift.get("latestExecution", {}).get("pipelineExecutionId") == execution
            # An action is in progress a moment before it asks: its role is assumed first.
            return approval.get("token") if is_open and is_ours else None

        return str(eventually(asked))

    def says(self, token: str, status: str) -> None:
        self.pipeline.put_approval_result(
            pipelineName=self.name,
            stageName="Shift",
            actionName="ApproveWave2",
            token=token,
            result={"status": status, "summary": "looked at it"},
        )

    def end(self, execution: str) -> str:
        return str(eventually(lambda: status if (status := self.status(execution)) != "InProgress" else None))

    def status(self, execution: str) -> str:
        found = self.pipeline.get_pipeline_execution(pipelineName=self.name, pipelineExecutionId=execution)
        return str(found["pipelineExecution"]["status"])

    def actions(self, execution: str) -> Any:
        return self.pipeline.list_action_executions(
            pipelineName=self.name, filter={"pipelineExecutionId": execution}
        )["actionExecutionDetails"]

    def row(self, execution: str) -> dict[str, Any]:
        item = self.stack.twin.client("dynamodb").get_item(
            TableName=f"{self.name}-ledger", Key={"deploymentId": {"S": execution}}
        )["Item"]
        return {name: value.get("S") for name, value in item.items()}

    def ended_as(self, execution: str) -> str:
        """The ledger's word on it, once there is a last one."""
        ends = ("SUCCEEDED", "ROLLED_BACK", "FAILED")
        return str(
            eventually(lambda: row["status"] if (row := self.row(execution))["status"] in ends else None)
        )

    def versions(self) -> list[str]:
        client = self.stack.twin.client("lambda")
        return [
            client.get_alias(FunctionName=f"{self.name}-{key}", Name="live")["FunctionVersion"]
            for key in KEYS
        ]


@pytest.fixture(scope="module")
def shop(deployed: Callable[..., Any]) -> Shop:
    stack = deployed(CONFIG, project="waves")
    alarms = stack.twin.client("cloudwatch")
    alarms.put_metric_alarm(
        AlarmName=ORDERS,
        Namespace="Shop",
        MetricName="Orders",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1.0,
        ComparisonOperator="LessThanThreshold",
        TreatMissingData="ignore",
    )
    alarms.set_alarm_state(AlarmName=ORDERS, StateValue="OK", StateReason="quiet")
    stack.up()
    shop = Shop(stack)

    def first_has_ended() -> bool:
        """A pipeline starts when it is made; that execution finds no source."""
        found = shop.pipeline.list_pipeline_executions(pipelineName=shop.name)["pipelineExecutionSummaries"]
        return bool(found) and all(each["status"] == "Failed" for each in found)

    eventually(first_has_ended)
    return shop


def test_a_yes_lets_the_second_wave_begin(shop: Shop) -> None:
    execution = shop.release("yes")
    token = shop.question(execution)
    assert shop.versions() == ["2", "1"]
    assert shop.row(execution)["status"] == "WAITING"

    shop.says(token, "Approved")

    assert shop.end(execution) == "Succeeded", shop.actions(execution)
    assert shop.versions() == ["2", "2"]
    assert shop.row(execution)["status"] == "SUCCEEDED"


def test_a_no_takes_the_first_wave_back(shop: Shop) -> None:
    before = shop.versions()
    execution = shop.release("no")
    token = shop.question(execution)
    assert shop.versions() != before

    shop.says(token, "Rejected")

    assert shop.end(execution) == "Failed"
    assert shop.ended_as(execution) == "ROLLED_BACK"
    assert shop.versions() == before
    assert "ApproveWave2" in (shop.row(execution)["reason"] or "")


def test_an_alarm_while_the_person_thinks_takes_all_back_and_the_question_away(shop: Shop) -> None:
    before = shop.versions()
    execution = shop.release("an alarm")
    token = shop.question(execution)
    alarms = shop.stack.twin.client("cloudwatch")
    alarms.set_alarm_state(AlarmName=ORDERS, StateValue="ALARM", StateReason="no orders")

    assert shop.ended_as(execution) == "ROLLED_BACK"
    assert (shop.versions(), shop.row(execution)["alarm"]) == (before, ORDERS)
    assert shop.end(execution) == "Failed"  # nobody has to answer: the stage is free for the next release
    with pytest.raises(shop.pipeline.exceptions.ApprovalAlreadyCompletedException):
        shop.says(token, "Approved")
    assert shop.versions() == before
    alarms.set_alarm_state(AlarmName=ORDERS, StateValue="OK", StateReason="orders again")


def test_a_rollback_while_the_person_thinks_takes_the_question_away(shop: Shop) -> None:
    before = shop.versions()
    execution = shop.release("rolled back")
    shop.question(execution)
    errand = {"errand": "rollback", "id": "rollback-1", "to": "", "by": "Ada", "why": "enough"}

    shop.stack.twin.client("lambda").invoke(
        FunctionName=f"{shop.name}-controller",
        InvocationType="Event",
        Payload=json.dumps({"greenshift": errand}).encode(),
    )

    assert shop.ended_as(execution) == "ROLLED_BACK"
    assert shop.end(execution) == "Failed"
    assert shop.versions() == before


def test_a_release_in_a_hurry_waits_for_no_answer(shop: Shop) -> None:
    slow = shop.release("slow")
    shop.question(slow)

    urgent = shop.release("urgent", mode="now", why="refunds fail")

    assert shop.ended_as(slow) == "ROLLED_BACK"
    assert urgent in (shop.row(slow)["reason"] or "")
    token = shop.question(urgent)  # its own waves are asked about as ever
    shop.says(token, "Approved")
    assert shop.end(urgent) == "Succeeded", shop.actions(urgent)
    answers = {
        shop.stack.twin.client("lambda").invoke(FunctionName=f"{shop.name}-{key}:live")["Payload"].read()
        for key in KEYS
    }
    assert answers == {b'"urgent"'}


def test_both_who_may_end_a_release_were_allowed_to_take_its_question_away(shop: Shop) -> None:
    asked = shop.stack.twin.twin.guard.asked
    answers = {
        (arn.rsplit("/", 1)[-1], need.action, verdict)
        for (arn, need), verdict in asked.items()
        if need.action in ("codepipeline:GetPipelineState", "codepipeline:PutApprovalResult")
    }

    assert answers == {
        (f"{shop.name}-{who}", f"codepipeline:{action}", Verdict.ALLOWED)
        for who in ("controller", "recorder")
        for action in ("GetPipelineState", "PutApprovalResult")
    }

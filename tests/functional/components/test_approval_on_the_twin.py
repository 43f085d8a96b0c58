"""With ``approval.beforeShift`` published versions wait for a person, and go live when one says yes."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from support.stacks.released_before import released_before

from greenshift.twin.iam.evaluate import Verdict

CONFIG = {
    "functions": {"charge": {}},
    "source": {"provider": "s3"},
    "rollout": "AllAtOnce",
    "approval": {"beforeShift": True},
}


def eventually(look: Callable[[], Any]) -> Any:
    """What ``look`` finds, asked every moment, for a minute at most."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError("it never came")


class Shop:
    """The stack, and what people do with its pipeline."""

    def __init__(self, stack: Any) -> None:
        self.stack = stack
        self.name = stack.name()
        self.pipeline = stack.twin.client("codepipeline")

    def wait_for_first_execution(self) -> None:
        """A pipeline starts when it is made. That execution finds no source yet; it must have ended, or it is
        the one whose approval is found later."""

        def has_ended() -> bool:
            found = self.pipeline.list_pipeline_executions(pipelineName=self.name)
            return any(each["status"] == "Failed" for each in found["pipelineExecutionSummaries"])

        eventually(has_ended)

    def release(self, answer: str) -> str:
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            source = f"def handler(event, context):\n    return '{answer}'\n"
            archive.writestr("functions/charge/handler.py", source)
        self.stack.twin.client("s3").put_object(
            Bucket=self.stack.bucket, Key="source/source.zip", Body=data.getvalue()
        )
        return str(self.pipeline.start_pipeline_execution(name=self.name)["pipelineExecutionId"])

    def status(self, execution: str) -> str:
        found = self.pipeline.get_pipeline_execution(pipelineName=self.name, pipelineExecutionId=execution)
        return str(found["pipelineExecution"]["status"])

    def question(self, execution: str) -> str:
        """The token of the approval, once this execution asks for it."""

        def asked() -> str | None:
            assert self.status(execution) == "InProgress"
            states = self.pipeline.get_pipeline_state(name=self.name)["stageStates"]
            stage = next(each for each in states if each["stageName"] == "Approve")
            asks = stage["actionStates"][0].get("latestExecution", {})
            is_ours = stage.get("latestExecution", {}).get("pipelineExecutionId") == execution
            # An action is in progress a moment before it asks: its role is assumed first.
            return asks.get("token") if is_ours and asks.get("status") == "InProgress" else None

        return str(eventually(asked))

    def approve(self, token: str) -> None:
        self.pipeline.put_approval_result(
            pipelineName=self.name,
            stageName="Approve",
            actionName="Approve",
            token=token,
            result={"status": "Approved", "summary": "looks good"},
        )

    def version(self) -> str:
        alias = self.stack.twin.client("lambda").get_alias(FunctionName=f"{self.name}-charge", Name="live")
        return str(alias["FunctionVersion"])

    def recorded(self, execution: str) -> str:
        """What the ledger says of a release."""
        item = self.stack.twin.client("dynamodb").get_item(
            TableName=f"{self.name}-ledger", Key={"deploymentId": {"S": execution}}
        )["Item"]
        return str(item["status"]["S"])

    def answers(self, action: str) -> set[Verdict]:
        """What the controller was answered when it asked for this action."""
        asked = self.stack.twin.twin.guard.asked
        return {
            verdict
            for (arn, need), verdict in asked.items()
            if need.action == action and arn.endswith(f"{self.name}-controller")
        }


@pytest.fixture
def shop(deployed: Callable[..., Any]) -> Callable[..., Shop]:
    def make(project: str, **more: Any) -> Shop:
        stack = deployed(CONFIG | more, project=project)
        stack.up()
        shop = Shop(stack)
        shop.wait_for_first_execution()
        return shop

    return make


def test_a_release_waits_for_approval_and_shifts_after_it(shop: Callable[..., Shop]) -> None:
    asks = shop("asks")
    execution = asks.release("hello")
    token = asks.question(execution)
    assert asks.version() == "1"

    asks.approve(token)

    ended = eventually(lambda: status if (status := asks.status(execution)) != "InProgress" else None)
    assert (ended, asks.version()) == ("Succeeded", "2")


def test_a_release_gives_way_to_a_newer_one_only_once_that_is_approved(shop: Callable[..., Shop]) -> None:
    slow = shop("slow", rollout="Linear10PercentEvery10Minutes", shift={"whenNewerCommit": "supersede"})
    released_before(slow.stack.twin.client("dynamodb"), f"{slow.name}-ledger", [f"{slow.name}-charge"])
    older = slow.release("older")
    slow.approve(slow.question(older))
    eventually(lambda: slow.recorded(older) == "SHIFTING")

    newer = slow.release("newer")
    token = slow.question(newer)
    assert eventually(lambda: slow.answers("codepipeline:ListActionExecutions")) == {Verdict.ALLOWED}
    assert slow.recorded(older) == "SHIFTING"

    slow.approve(token)

    eventually(lambda: slow.recorded(older) == "ROLLED_BACK")
    eventually(lambda: slow.recorded(newer) == "SHIFTING")

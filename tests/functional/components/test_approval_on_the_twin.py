"""With ``approval.beforeShift`` published versions wait for a person, and go live when one says yes."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

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


def has_ended(executions: Any) -> bool:
    return bool([each for each in executions["pipelineExecutionSummaries"] if each["status"] == "Failed"])


@pytest.fixture
def stack(deployed: Callable[..., Any]) -> Any:
    stack = deployed(CONFIG, project="asks")
    stack.up()
    # A pipeline starts when it is made. That execution finds no source yet; it must have ended, or it is
    # the one whose approval is found below.
    client, name = stack.twin.client("codepipeline"), stack.name()
    eventually(lambda: has_ended(client.list_pipeline_executions(pipelineName=name)))
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("functions/charge/handler.py", "def handler(event, context):\n    return 2\n")
    bucket = stack.bucket
    stack.twin.client("s3").put_object(Bucket=bucket, Key="source/source.zip", Body=data.getvalue())
    return stack


def test_a_release_waits_for_approval_and_shifts_after_it(stack: Any) -> None:
    client, name = stack.twin.client("codepipeline"), stack.name()
    execution = client.start_pipeline_execution(name=name)["pipelineExecutionId"]

    def status() -> str:
        found = client.get_pipeline_execution(pipelineName=name, pipelineExecutionId=execution)
        return str(found["pipelineExecution"]["status"])

    def question() -> str | None:
        assert status() == "InProgress", client.list_action_executions(pipelineName=name)
        stages = {each["stageName"]: each for each in client.get_pipeline_state(name=name)["stageStates"]}
        asked = stages["Approve"]["actionStates"][0].get("latestExecution", {})
        token = asked.get("token")
        return str(token) if token and asked["status"] == "InProgress" else None

    def version() -> str:
        alias = stack.twin.client("lambda").get_alias(FunctionName=f"{name}-charge", Name="live")
        return str(alias["FunctionVersion"])

    token = eventually(question)
    assert version() == "1"
    client.put_approval_result(
        pipelineName=name,
        stageName="Approve",
        actionName="Approve",
        token=token,
        result={"status": "Approved", "summary": "looks good"},
    )
    assert eventually(lambda: status() if status() != "InProgress" else None) == "Succeeded"
    assert version() == "2"

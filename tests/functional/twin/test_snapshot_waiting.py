"""What only waits is kept: an approval that was open is open, and is answered by the token it had."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from support.stacks import inhabited

from greenshift.testing import RunningTwin, restore_twin, start_twin

TOPIC = f"arn:aws:sns:{inhabited.WHERE}:told"


def asking(twin: RunningTwin) -> None:
    """A pipeline whose source is there, and whose approval tells a topic and waits an hour."""
    role = inhabited.roles(twin)
    inhabited.queues(twin)
    inhabited.topics(twin)
    inhabited.objects(twin)
    twin.client("s3").put_object(Bucket="kept", Key="code.zip", Body=inhabited.packed(app_py="1"))
    queue = f"arn:aws:sqs:{inhabited.WHERE}:jobs"
    twin.client("sns").subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=queue)
    of_topic = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}]}
    url = twin.client("sqs").get_queue_url(QueueName="jobs")["QueueUrl"]
    twin.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(of_topic)})
    inhabited.pipelines(twin, role)
    client = twin.client("codepipeline")
    line = client.get_pipeline(name="line")["pipeline"]
    line["stages"][0]["actions"][0]["configuration"]["S3ObjectKey"] = "code.zip"
    ask = line["stages"][1]["actions"][0]
    line["stages"][1]["actions"] = [
        {**ask, "configuration": {"NotificationArn": TOPIC}, "timeoutInMinutes": 60}
    ]
    client.update_pipeline(pipeline=line)
    client.enable_stage_transition(pipelineName="line", stageName="Approve", transitionType="Inbound")
    client.start_pipeline_execution(name="line")
    for _ in range(500):
        twin.advance(0.1)
        if token_of(twin):
            return
    raise AssertionError("nobody was asked")


def token_of(twin: RunningTwin) -> str:
    return str(asked(twin).get("token", ""))


def asked(twin: RunningTwin) -> dict[str, Any]:
    state = twin.client("codepipeline").get_pipeline_state(name="line")["stageStates"][1]
    found: dict[str, Any] = state["actionStates"][0].get("latestExecution", {})
    return found


def notices(twin: RunningTwin) -> int:
    url = twin.client("sqs").get_queue_url(QueueName="jobs")["QueueUrl"]
    found = twin.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
    return sum("APPROVAL NEEDED" in each["Body"] for each in found.get("Messages", []))


def answer(twin: RunningTwin, token: str) -> None:
    twin.client("codepipeline").put_approval_result(
        pipelineName="line", stageName="Approve", actionName="Ask", token=token,
        result={"status": "Approved", "summary": "fine"},
    )  # fmt: skip


@contextmanager
def restored(tmp_path: Path) -> Iterator[tuple[RunningTwin, str]]:
    with start_twin(clock="manual") as twin:
        asking(twin)
        token = token_of(twin)
        twin.snapshot(tmp_path / "a.twin")
    with restore_twin(tmp_path / "a.twin", clock="manual") as twin:
        yield twin, token


def test_an_open_approval_is_answered_by_the_token_it_had_and_nobody_is_asked_twice(tmp_path: Path) -> None:
    with restored(tmp_path) as (twin, token):
        twin.advance(1)
        assert token_of(twin) == token
        assert notices(twin) == 1
        answer(twin, token)
        twin.advance(1)
        assert (asked(twin)["status"], asked(twin)["summary"]) == ("Succeeded", "fine")
        with pytest.raises(ClientError, match="ApprovalAlreadyCompletedException"):
            answer(twin, token)


def test_an_open_approval_ends_when_it_would_have(tmp_path: Path) -> None:
    with restored(tmp_path) as (twin, token):
        twin.advance(3500)
        assert token_of(twin) == token
        twin.advance(100)
        assert asked(twin)["status"] == "Failed"
        assert "not answered in time" in asked(twin)["errorDetails"]["message"]

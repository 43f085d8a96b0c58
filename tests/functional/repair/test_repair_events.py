"""Ends the recorder did not hear of: it gets them again, writes them once and tells them once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from greenshift.repair import Patience, propose
from greenshift.repair.runner import Runner


@pytest.fixture
def inbox(shop: Any) -> Iterator[Callable[[], list[str]]]:
    """The subjects of all messages to the stack's topic since the test began."""
    sqs, sns = shop.client("sqs"), shop.client("sns")
    queue = sqs.create_queue(QueueName="inbox")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    subscribed = sns.subscribe(TopicArn=shop.outputs.topic_arn, Protocol="sqs", Endpoint=arn)
    seen: list[str] = []

    def read() -> list[str]:
        found = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        for message in found:
            seen.append(json.loads(message["Body"])["Subject"])
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return list(seen)

    yield read
    sns.unsubscribe(SubscriptionArn=subscribed["SubscriptionArn"])
    sqs.delete_queue(QueueUrl=queue)


def test_an_execution_stopped_before_publish_gets_its_row_and_its_message(
    shop: Any, inbox: Callable[[], list[str]]
) -> None:
    shop.deafen(deaf=True)
    execution = shop.start()
    shop.client("codepipeline").stop_pipeline_execution(
        pipelineName=shop.outputs.pipeline, pipelineExecutionId=execution, abandon=True
    )
    assert shop.ended(execution) == "Stopped"
    assert shop.rules() == [], "the event may still be on its way"
    shop.time.jump(minutes=16)
    assert shop.rules() == ["missed-event"]
    (step,) = propose(shop.outputs, shop.client).steps

    fixed, _ = shop.repair()

    assert fixed.is_whole and shop.rules() == []
    row = shop.row(execution)
    assert (row.status, row.reason) == ("FAILED", "the pipeline execution was stopped")
    assert Runner(shop.outputs, shop.client, Patience(pause=0.05)).perform(step).is_fixed, "twice is no harm"
    assert shop.row(execution).ended_at == row.ended_at
    assert len(inbox()) == 1


def test_an_end_that_nobody_was_told_is_told(shop: Any, inbox: Callable[[], list[str]]) -> None:
    shop.deafen(deaf=True)
    shop.write("charge", "def handler(event, context):\n    return {'ok': 'untold'}\n", "Untold")
    execution = shop.start()
    assert shop.ended(execution) == "Succeeded"
    shop.time.jump(minutes=16)
    assert shop.rules() == ["missed-event"]
    assert inbox() == []

    fixed, _ = shop.repair("missed-event")

    assert fixed.is_whole and shop.rules() == []
    shop.notified(execution)
    (subject,) = inbox()
    assert subject.startswith(f"{shop.outputs.pipeline}: succeeded")

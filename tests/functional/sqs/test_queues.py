"""Queues through boto3, each case as SQS's developer guide or API reference has it (named beside it)."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from greenshift.testing import RunningTwin, start_twin


@pytest.fixture(scope="module")
def twin() -> Iterator[RunningTwin]:
    with start_twin(clock="manual", services={"sqs"}) as running:
        yield running


@pytest.fixture(scope="module")
def sqs(twin: RunningTwin) -> Any:
    return twin.client("sqs")


@pytest.fixture
def make(sqs: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """Makes queues of this test, and deletes them after it."""
    made: list[str] = []

    def queue(name: str = "q", **attributes: str) -> str:
        url = str(sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])
        made.append(url)
        return url

    yield queue
    for url in made:
        sqs.delete_queue(QueueUrl=url)


def arn_of(url: str) -> str:
    return "arn:aws:sqs:us-east-1:123456789012:" + url.rpartition("/")[2]


def bodies(sqs: Any, url: str, **parameters: Any) -> list[str]:
    answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, **parameters)
    return [message["Body"] for message in answer.get("Messages", [])]


def code_of(refused: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as error:
        refused(**parameters)
    return str(error.value.response["Error"]["Code"])


def test_a_received_message_is_hidden_for_the_visibility_timeout_and_then_comes_back(
    sqs: Any, twin: RunningTwin, make: Any
) -> None:
    """Developer guide, "Amazon SQS visibility timeout"."""
    url = make(VisibilityTimeout="30")
    sqs.send_message(QueueUrl=url, MessageBody="one")

    assert bodies(sqs, url) == ["one"]
    twin.advance(29)
    assert bodies(sqs, url) == []
    twin.advance(1)
    [again] = sqs.receive_message(QueueUrl=url, AttributeNames=["All"])["Messages"]
    assert again["Attributes"]["ApproximateReceiveCount"] == "2"


def test_a_delayed_message_is_received_when_its_delay_is_over(sqs: Any, twin: RunningTwin, make: Any) -> None:
    """Developer guide, "Amazon SQS delay queues" and "message timers": the message's own delay comes
    first.
    """
    url = make(DelaySeconds="60")
    sqs.send_message(QueueUrl=url, MessageBody="of the queue")
    sqs.send_message(QueueUrl=url, MessageBody="its own", DelaySeconds=5)

    assert bodies(sqs, url) == []
    twin.advance(5)
    assert bodies(sqs, url) == ["its own"]
    twin.advance(55)
    assert "of the queue" in bodies(sqs, url)


def test_a_message_received_too_often_goes_to_the_dead_letter_queue(
    sqs: Any, twin: RunningTwin, make: Any
) -> None:
    """Developer guide, "Using dead-letter queues": maxReceiveCount receives, and the next one moves it."""
    dead = make("dead")
    redrive = json.dumps({"deadLetterTargetArn": arn_of(dead), "maxReceiveCount": "2"})
    url = make(VisibilityTimeout="1", RedrivePolicy=redrive)
    sqs.send_message(QueueUrl=url, MessageBody="poison")

    for _ in range(2):
        assert bodies(sqs, url) == ["poison"]
        twin.advance(1)
    assert bodies(sqs, url) == []

    [found] = sqs.receive_message(QueueUrl=dead, AttributeNames=["All"])["Messages"]
    assert found["Body"] == "poison"
    assert found["Attributes"]["DeadLetterQueueSourceArn"] == arn_of(url)
    assert sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"] == [url]


def test_messages_of_a_dead_letter_queue_go_back_where_they_came_from(
    sqs: Any, twin: RunningTwin, make: Any
) -> None:
    """Developer guide, "Configure a dead-letter queue redrive": they are new messages."""
    dead, other = make("dead"), make("other")
    redrive = json.dumps({"deadLetterTargetArn": arn_of(dead), "maxReceiveCount": "1"})
    url = make(VisibilityTimeout="1", RedrivePolicy=redrive)
    for body in ("one", "two", "three"):
        sqs.send_message(QueueUrl=url, MessageBody=body)
    assert len(bodies(sqs, url)) == 3
    twin.advance(1)
    assert bodies(sqs, url) == []

    sqs.start_message_move_task(SourceArn=arn_of(dead), MaxNumberOfMessagesPerSecond=1)
    handle = sqs.list_message_move_tasks(SourceArn=arn_of(dead))["Results"][0]["TaskHandle"]
    twin.advance(0)
    assert sqs.cancel_message_move_task(TaskHandle=handle)["ApproximateNumberOfMessagesMoved"] == 1
    sqs.start_message_move_task(SourceArn=arn_of(dead))
    [task] = sqs.list_message_move_tasks(SourceArn=arn_of(dead))["Results"]
    assert (task["Status"], task["ApproximateNumberOfMessagesMoved"]) == ("COMPLETED", 2)

    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"])["Messages"]
    assert {each["Body"] for each in found} == {"one", "two", "three"}
    assert {each["Attributes"]["ApproximateReceiveCount"] for each in found} == {"1"}
    with pytest.raises(ClientError, match="must be configured as a Dead Letter Queue"):
        sqs.start_message_move_task(SourceArn=arn_of(other))
    with pytest.raises(ClientError, match="doesn't exist"):
        sqs.list_message_move_tasks(SourceArn=arn_of(url) + "-none")


def test_messages_older_than_the_retention_period_are_gone(sqs: Any, twin: RunningTwin, make: Any) -> None:
    """API reference, SetQueueAttributes: MessageRetentionPeriod."""
    url = make(MessageRetentionPeriod="60")
    sqs.send_message(QueueUrl=url, MessageBody="old")
    twin.advance(60)

    assert bodies(sqs, url) == []


def test_the_messages_of_a_group_come_in_order_and_one_receive_at_a_time(
    sqs: Any, twin: RunningTwin, make: Any
) -> None:
    """Developer guide, "FIFO queue delivery logic"."""
    url = make("q.fifo", FifoQueue="true", ContentBasedDeduplication="true", VisibilityTimeout="10")
    for group, body in (("a", "a1"), ("b", "b1"), ("a", "a2"), ("a", "a3"), ("b", "b2")):
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=group)

    first = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=2)["Messages"]
    assert [each["Body"] for each in first] == ["a1", "a2"]
    assert bodies(sqs, url) == ["b1", "b2"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=first[0]["ReceiptHandle"])
    assert bodies(sqs, url) == []  # a2 is in flight still
    sqs.delete_message(QueueUrl=url, ReceiptHandle=first[1]["ReceiptHandle"])
    assert bodies(sqs, url) == ["a3"]
    twin.advance(10)
    assert bodies(sqs, url) == ["b1", "b2", "a3"]


def test_a_message_sent_twice_within_five_minutes_is_taken_once(
    sqs: Any, twin: RunningTwin, make: Any
) -> None:
    """Developer guide, "Exactly-once processing": the deduplication interval is five minutes."""
    url = make("q.fifo", FifoQueue="true")
    told = {"QueueUrl": url, "MessageBody": "x", "MessageGroupId": "g", "MessageDeduplicationId": "one"}
    first = sqs.send_message(**told)
    again = sqs.send_message(**told)
    assert again["MessageId"] == first["MessageId"]
    assert bodies(sqs, url, VisibilityTimeout=0) == ["x"]

    twin.advance(300)
    assert sqs.send_message(**told)["MessageId"] != first["MessageId"]


def test_a_receipt_that_is_not_the_newest_deletes_nothing(sqs: Any, twin: RunningTwin, make: Any) -> None:
    """API reference, DeleteMessage: "the request succeeds, but the message will not be deleted"."""
    url = make(VisibilityTimeout="1")
    sqs.send_message(QueueUrl=url, MessageBody="x")
    old = sqs.receive_message(QueueUrl=url)["Messages"][0]["ReceiptHandle"]
    twin.advance(1)
    new = sqs.receive_message(QueueUrl=url)["Messages"][0]["ReceiptHandle"]

    sqs.delete_message(QueueUrl=url, ReceiptHandle=old)
    names = ["ApproximateNumberOfMessagesNotVisible"]
    assert sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"][names[0]] == "1"
    sqs.delete_message(QueueUrl=url, ReceiptHandle=new)
    assert sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"][names[0]] == "0"


def test_a_changed_visibility_counts_from_now_and_zero_returns_the_message(
    sqs: Any, twin: RunningTwin, make: Any
) -> None:
    """API reference, ChangeMessageVisibility."""
    url = make(VisibilityTimeout="10")
    sqs.send_message(QueueUrl=url, MessageBody="x")
    handle = sqs.receive_message(QueueUrl=url)["Messages"][0]["ReceiptHandle"]
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=60)
    twin.advance(20)
    assert bodies(sqs, url) == []
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
    assert bodies(sqs, url) == ["x"]


def test_a_long_poll_is_answered_when_a_message_comes_and_holds_nobody_up(
    sqs: Any, twin: RunningTwin, make: Any
) -> None:
    """Developer guide, "Amazon SQS short and long polling"."""
    url = make(ReceiveMessageWaitTimeSeconds="20")
    found: list[str] = []
    waiting = threading.Thread(target=lambda: found.extend(bodies(sqs, url)))
    began = time.monotonic()
    waiting.start()
    twin.client("s3").list_buckets()  # the twin answers others meanwhile
    sqs.send_message(QueueUrl=url, MessageBody="awaited")
    waiting.join(timeout=15)

    assert found == ["awaited"]
    assert time.monotonic() - began < 15


def test_attributes_come_with_a_message_and_their_digest_is_checked_by_the_sdk(sqs: Any, make: Any) -> None:
    """Developer guide, "Amazon SQS message metadata"; botocore itself checks every MD5."""
    url = make()
    own = {
        "kind": {"DataType": "String", "StringValue": "order"},
        "raw": {"DataType": "Binary", "BinaryValue": b"\0\1"},
    }
    sqs.send_message(QueueUrl=url, MessageBody="é", MessageAttributes=own)
    [message] = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"])["Messages"]
    assert message["MessageAttributes"] == own


def test_of_a_batch_what_fails_does_not_spoil_the_rest(sqs: Any, make: Any) -> None:
    """API reference, SendMessageBatch."""
    url = make()
    entries = [{"Id": "good", "MessageBody": "x"}, {"Id": "bad", "MessageBody": "y", "DelaySeconds": 901}]
    answer = sqs.send_message_batch(QueueUrl=url, Entries=entries)

    assert [each["Id"] for each in answer["Successful"]] == ["good"]
    assert [(each["Id"], each["Code"]) for each in answer["Failed"]] == [("bad", "InvalidParameterValue")]


REFUSED = [
    ("send_message", {"MessageBody": "x" * 1_048_577}, "InvalidParameterValue"),
    ("send_message", {"MessageBody": "a\u0002"}, "InvalidMessageContents"),
    ("send_message_batch", {"Entries": [{"Id": "a", "MessageBody": "x"}] * 2},
     "AWS.SimpleQueueService.BatchEntryIdsNotDistinct"),
    ("send_message_batch", {"Entries": [{"Id": f"{n}", "MessageBody": "x"} for n in range(11)]},
     "AWS.SimpleQueueService.TooManyEntriesInBatchRequest"),
    ("receive_message", {"MaxNumberOfMessages": 11}, "InvalidParameterValue"),
    ("receive_message", {"WaitTimeSeconds": 21}, "InvalidParameterValue"),
    ("delete_message", {"ReceiptHandle": "nonsense"}, "ReceiptHandleIsInvalid"),
    ("set_queue_attributes", {"Attributes": {"VisibilityTimeout": "43201"}}, "InvalidAttributeValue"),
    ("set_queue_attributes", {"Attributes": {"Nonsense": "1"}}, "InvalidAttributeName"),
]  # fmt: skip


@pytest.mark.parametrize(("operation", "parameters", "code"), REFUSED)
def test_what_sqs_refuses_is_refused_by_its_own_code(
    sqs: Any, make: Any, operation: str, parameters: dict[str, Any], code: str
) -> None:
    """API reference: "Errors" and limits of each action."""
    assert code_of(getattr(sqs, operation), QueueUrl=make(), **parameters) == code


def test_a_queue_that_is_not_there_is_told_by_the_code_clients_know(sqs: Any, twin: RunningTwin) -> None:
    missing = f"{twin.endpoint}/123456789012/none"
    assert code_of(sqs.send_message, QueueUrl=missing, MessageBody="x") == (
        "AWS.SimpleQueueService.NonExistentQueue"
    )
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        sqs.get_queue_url(QueueName="none")


def test_a_queue_may_be_made_again_with_the_same_attributes_only(sqs: Any, make: Any) -> None:
    """API reference, CreateQueue."""
    url = make(VisibilityTimeout="5")
    assert sqs.create_queue(QueueName="q", Attributes={"VisibilityTimeout": "5"})["QueueUrl"] == url
    code = code_of(sqs.create_queue, QueueName="q", Attributes={"VisibilityTimeout": "6"})
    assert code == "QueueAlreadyExists"

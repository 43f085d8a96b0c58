"""The one call that delivers: as SNS or S3 itself, whose source the target's own policy judges."""

from __future__ import annotations

import json
from typing import Any

from greenshift.twin.callers.principal import Principal
from greenshift.twin.moto.outgoing import BucketTest, Notification, ObjectEvent
from greenshift.twin.outgoing import forms, http
from greenshift.twin.world import World

SNS, S3 = "sns.amazonaws.com", "s3.amazonaws.com"


async def deliver_notification(world: World, note: Notification) -> None:
    """Raise ServiceError where the subscriber refuses."""
    caller = Principal.service(SNS, note.topic)
    if note.protocol == "lambda":
        payload = json.dumps(forms.to_lambda(note)).encode()
        await _invoke(world, caller, note.endpoint, payload)
    elif note.protocol == "sqs":
        parameters: dict[str, Any] = {
            "QueueUrl": queue_url(world.endpoint, note.endpoint),
            "MessageBody": forms.body(note),
        }
        if attributes := forms.message_attributes(note):
            parameters["MessageAttributes"] = attributes
        if note.endpoint.endswith(".fifo"):
            parameters["MessageGroupId"] = note.group or note.topic.rpartition(":")[2]
            deduplication = note.deduplication or str(note.envelope["MessageId"])
            parameters["MessageDeduplicationId"] = deduplication
        await world.aws.call(caller, "sqs", "SendMessage", parameters)
    elif http.is_here(note.endpoint):
        headers = {
            "Content-Type": "text/plain; charset=UTF-8",
            "User-Agent": "Amazon Simple Notification Service Agent",
            "x-amz-sns-message-type": "Notification",
            "x-amz-sns-message-id": str(note.envelope["MessageId"]),
            "x-amz-sns-topic-arn": note.topic,
            "x-amz-sns-subscription-arn": note.subscription,
        }
        if note.is_raw:
            headers["x-amz-sns-rawdelivery"] = "true"
        await http.post(note.endpoint, forms.body(note), headers)


async def deliver_object_event(world: World, event: ObjectEvent, order: int) -> None:
    form = forms.of_object(event, world.clock.time(), world.region, world.account, order)
    await _to_arn(world, event.bucket_arn, event.target, json.dumps(form))


async def deliver_test(world: World, test: BucketTest) -> None:
    form = forms.of_test(test, world.clock.time())
    await _to_arn(world, f"arn:aws:s3:::{test.bucket}", test.target, json.dumps(form))


async def _to_arn(world: World, source: str, target: str, text: str) -> None:
    caller = Principal.service(S3, source)
    match target.split(":")[2]:
        case "lambda":
            await _invoke(world, caller, target, text.encode())
        case "sqs":
            parameters = {"QueueUrl": queue_url(world.endpoint, target), "MessageBody": text}
            await world.aws.call(caller, "sqs", "SendMessage", parameters)
        case "sns":
            told = {"TopicArn": target, "Message": text, "Subject": "Amazon S3 Notification"}
            await world.aws.call(caller, "sns", "Publish", told)


async def _invoke(world: World, caller: Principal, arn: str, payload: bytes) -> None:
    parameters = {"FunctionName": arn, "InvocationType": "Event", "Payload": payload}
    await world.aws.call(caller, "lambda", "Invoke", parameters)


def queue_url(endpoint: str, arn: str) -> str:
    account, name = arn.split(":")[4:6]
    return f"{endpoint}/{account}/{name}"

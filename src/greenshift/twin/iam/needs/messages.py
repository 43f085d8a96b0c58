"""SNS and SQS: topics are named by ARN, queues by URL."""

from __future__ import annotations

from greenshift.twin.iam.needs.contract import Find, Parameters, Place, action, everything, on


def _topic(parameters: Parameters, place: Place) -> str:
    arn = parameters.get("TopicArn") or parameters.get("TargetArn") or parameters.get("ResourceArn")
    return str(arn) if arn else place.arn("sns", str(parameters.get("Name", "")))


def _published(parameters: Parameters, place: Place) -> str:
    return "*" if parameters.get("PhoneNumber") else _topic(parameters, place)


def _subscribed(parameters: Parameters, _: Place) -> str:
    """A subscription's ARN is its topic's with an id behind it."""
    return str(parameters.get("SubscriptionArn", "")).rpartition(":")[0]


def _queue(parameters: Parameters, place: Place) -> str:
    name = parameters.get("QueueName") or str(parameters.get("QueueUrl", "")).rstrip("/").rsplit("/", 1)[-1]
    return place.arn("sqs", str(name))


SNS: dict[str, Find] = {
    "Publish": action("sns:Publish", _published),
    "PublishBatch": action("sns:Publish", _topic),
    **on(
        "sns",
        _topic,
        "AddPermission",
        "CreateTopic",
        "DeleteTopic",
        "GetTopicAttributes",
        "ListSubscriptionsByTopic",
        "ListTagsForResource",
        "RemovePermission",
        "SetTopicAttributes",
        "Subscribe",
        "TagResource",
        "UntagResource",
    ),
    **on("sns", _subscribed, "GetSubscriptionAttributes", "SetSubscriptionAttributes", "Unsubscribe"),
    **on("sns", everything, "ListSubscriptions", "ListTopics"),
}


def _moved(parameters: Parameters, _: Place) -> str:
    return str(parameters.get("SourceArn", ""))


SQS: dict[str, Find] = {
    **on("sqs", _moved, "ListMessageMoveTasks", "StartMessageMoveTask"),
    "CancelMessageMoveTask": action("sqs:CancelMessageMoveTask", everything),
    "SendMessageBatch": action("sqs:SendMessage", _queue),
    "DeleteMessageBatch": action("sqs:DeleteMessage", _queue),
    "ChangeMessageVisibilityBatch": action("sqs:ChangeMessageVisibility", _queue),
    **on(
        "sqs",
        _queue,
        "AddPermission",
        "ChangeMessageVisibility",
        "CreateQueue",
        "DeleteMessage",
        "DeleteQueue",
        "GetQueueAttributes",
        "GetQueueUrl",
        "ListDeadLetterSourceQueues",
        "ListQueueTags",
        "PurgeQueue",
        "ReceiveMessage",
        "RemovePermission",
        "SendMessage",
        "SetQueueAttributes",
        "TagQueue",
        "UntagQueue",
    ),
    **on("sqs", everything, "ListQueues"),
}

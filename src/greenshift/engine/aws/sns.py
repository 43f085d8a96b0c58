"""SNS topics, their policies, and subscriptions."""

from __future__ import annotations

import json

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import Change, Entry, Seen, Update, keys, nothing
from greenshift.engine.aws.fit import fit, tag_list

_NONE = ("NotFound", "NotFoundException")
_TOPIC_ATTRIBUTES = {
    "kmsMasterKeyId": "KmsMasterKeyId",
    "displayName": "DisplayName",
    "policy": "Policy",
    "deliveryPolicy": "DeliveryPolicy",
    "signatureVersion": "SignatureVersion",
    "tracingConfig": "TracingConfig",
    "contentBasedDeduplication": "ContentBasedDeduplication",
    "fifoThroughputScope": "FifoThroughputScope",
    "archivePolicy": "ArchivePolicy",
}
_SUBSCRIPTION_ATTRIBUTES = {
    "deliveryPolicy": "DeliveryPolicy",
    "replayPolicy": "ReplayPolicy",
    "subscriptionRoleArn": "SubscriptionRoleArn",
    "rawMessageDelivery": "RawMessageDelivery",
    "filterPolicy": "FilterPolicy",
    "filterPolicyScope": "FilterPolicyScope",
    "redrivePolicy": "RedrivePolicy",
}


def _attributes(inputs: Document, names: dict[str, str]) -> dict[str, str]:
    return {member: _text(inputs[key]) for key, member in names.items() if inputs.get(key) is not None}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _create_topic(calls: Calls, inputs: Document) -> Seen:
    shape = calls.model("CreateTopic").input_shape.members["Tags"]
    answer = calls.call(
        "CreateTopic",
        Name=inputs["name"],
        Attributes=_attributes(inputs, {**_TOPIC_ATTRIBUTES, "fifoTopic": "FifoTopic"}),
        Tags=fit(shape, tag_list(inputs.get("tags") or {}), {}),
    )
    return _seen_topic(answer["TopicArn"])


def _seen_topic(arn: str) -> Seen:
    return Seen(arn, {"arn": arn, "owner": arn.split(":")[4]})


def _read_topic(calls: Calls, inputs: Document, id_: str) -> Seen | None:
    if id_:
        return (
            _seen_topic(id_) if calls.look("GetTopicAttributes", *_NONE, TopicArn=id_) is not None else None
        )
    for page in calls.pages("ListTopics"):
        for topic in page["Topics"]:
            if topic["TopicArn"].rsplit(":", 1)[-1] == inputs["name"]:
                return _seen_topic(topic["TopicArn"])
    return None


def _update_topic(calls: Calls, change: Change) -> None:
    for key, value in change.changed(frozenset(_TOPIC_ATTRIBUTES)).items():
        name, text = _TOPIC_ATTRIBUTES[key], _text(value) if value is not None else ""
        calls.call("SetTopicAttributes", TopicArn=change.id, AttributeName=name, AttributeValue=text)


def _tag_topic(calls: Calls, change: Change) -> None:
    if change.tags_removed:
        calls.call("UntagResource", ResourceArn=change.id, TagKeys=change.tags_removed)
    if change.tags_set:
        shape = calls.model("TagResource").input_shape.members["Tags"]
        calls.call("TagResource", ResourceArn=change.id, Tags=fit(shape, tag_list(change.tags_set), {}))


def _delete_topic(calls: Calls, inputs: Document, id_: str) -> None:
    calls.look("DeleteTopic", *_NONE, TopicArn=id_)


def _put_policy(calls: Calls, arn: str, policy: str) -> None:
    calls.call("SetTopicAttributes", TopicArn=arn, AttributeName="Policy", AttributeValue=policy)


def _create_policy(calls: Calls, inputs: Document) -> Seen:
    _put_policy(calls, inputs["arn"], inputs["policy"])
    return Seen(inputs["arn"], {"owner": inputs["arn"].split(":")[4]})


def _read_policy(calls: Calls, inputs: Document, id_: str) -> Seen | None:
    found = calls.look("GetTopicAttributes", *_NONE, TopicArn=inputs["arn"])
    return Seen(inputs["arn"], {"owner": inputs["arn"].split(":")[4]}) if found is not None else None


def _update_policy(calls: Calls, change: Change) -> None:
    _put_policy(calls, change.id, change.new["policy"])


def _reset_policy(calls: Calls, inputs: Document, id_: str) -> None:
    """A topic is never without a policy: what comes back is the one AWS gives a new topic (owner only)."""
    if calls.look("GetTopicAttributes", *_NONE, TopicArn=id_) is None:
        return
    owner = {"StringEquals": {"AWS:SourceOwner": id_.split(":")[4]}}
    statement = {
        "Sid": "__default_statement_ID",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": ["SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:Publish", "SNS:Subscribe"],
        "Resource": id_,
        "Condition": owner,
    }
    _put_policy(calls, id_, json.dumps({"Version": "2008-10-17", "Statement": [statement]}))


def _subscribe(calls: Calls, inputs: Document) -> Seen:
    answer = calls.call(
        "Subscribe",
        TopicArn=inputs["topic"],
        Protocol=inputs["protocol"],
        Endpoint=inputs["endpoint"],
        Attributes=_attributes(inputs, _SUBSCRIPTION_ATTRIBUTES),
        ReturnSubscriptionArn=True,
    )
    return _seen_subscription(answer["SubscriptionArn"])


def _seen_subscription(arn: str) -> Seen:
    about = {"confirmationWasAuthenticated": True, "ownerId": arn.split(":")[4]}
    return Seen(arn, {"arn": arn, "pendingConfirmation": False, **about})


def _read_subscription(calls: Calls, inputs: Document, id_: str) -> Seen | None:
    if calls.look("GetTopicAttributes", *_NONE, TopicArn=inputs["topic"]) is None:
        return None
    for page in calls.pages("ListSubscriptionsByTopic", TopicArn=inputs["topic"]):
        for item in page["Subscriptions"]:
            if (item["Protocol"], item["Endpoint"]) == (inputs["protocol"], inputs["endpoint"]):
                return _seen_subscription(item["SubscriptionArn"])
    return None


def _update_subscription(calls: Calls, change: Change) -> None:
    for key, value in change.changed(frozenset(_SUBSCRIPTION_ATTRIBUTES)).items():
        calls.call(
            "SetSubscriptionAttributes",
            SubscriptionArn=change.id,
            AttributeName=_SUBSCRIPTION_ATTRIBUTES[key],
            AttributeValue=_text(value) if value is not None else "",
        )


def _unsubscribe(calls: Calls, inputs: Document, id_: str) -> None:
    calls.look("Unsubscribe", *_NONE, SubscriptionArn=id_)


ENTRIES = (
    Entry(
        token="aws:sns/topic:Topic",
        service="sns",
        properties=keys("name namePrefix fifoTopic tags") | frozenset(_TOPIC_ATTRIBUTES),
        replace=keys("namePrefix fifoTopic"),
        name="name",
        longest_name=256,
        ending=lambda inputs: ".fifo" if inputs.get("fifoTopic") is True else "",
        create=_create_topic,
        read=_read_topic,
        update=(Update(frozenset(_TOPIC_ATTRIBUTES), _update_topic), Update(keys("tags"), _tag_topic)),
        delete=_delete_topic,
    ),
    Entry(
        token="aws:sns/topicPolicy:TopicPolicy",
        service="sns",
        properties=keys("arn policy"),
        replace=keys("arn"),
        create=_create_policy,
        read=_read_policy,
        update=(Update(keys("policy"), _update_policy),),
        delete=_reset_policy,
    ),
    Entry(
        token="aws:sns/topicSubscription:TopicSubscription",
        service="sns",
        properties=keys("topic protocol endpoint endpointAutoConfirms confirmationTimeoutInMinutes")
        | frozenset(_SUBSCRIPTION_ATTRIBUTES),
        replace=keys("topic protocol endpoint"),
        create=_subscribe,
        read=_read_subscription,
        update=(
            Update(frozenset(_SUBSCRIPTION_ATTRIBUTES), _update_subscription),
            Update(keys("endpointAutoConfirms confirmationTimeoutInMinutes"), nothing),
        ),
        defaults={
            "rawMessageDelivery": False,
            "endpointAutoConfirms": False,
            "confirmationTimeoutInMinutes": 1,
            "filterPolicyScope": "MessageAttributes",
        },
        delete=_unsubscribe,
    ),
)

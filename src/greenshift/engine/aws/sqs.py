"""SQS queues, and what is said of them by resources of their own: policy, redrive, who may redrive."""

from __future__ import annotations

from typing import Any

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import Change, Entry, keys
from greenshift.engine.aws.simple import Kind, entry
from greenshift.engine.aws.tagging import Tagging

_NONE = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")
_ATTRIBUTES = {
    "delaySeconds": "DelaySeconds",
    "visibilityTimeoutSeconds": "VisibilityTimeout",
    "messageRetentionSeconds": "MessageRetentionPeriod",
    "maxMessageSize": "MaximumMessageSize",
    "receiveWaitTimeSeconds": "ReceiveMessageWaitTimeSeconds",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "kmsDataKeyReusePeriodSeconds": "KmsDataKeyReusePeriodSeconds",
    "sqsManagedSseEnabled": "SqsManagedSseEnabled",
    "policy": "Policy",
    "redrivePolicy": "RedrivePolicy",
    "redriveAllowPolicy": "RedriveAllowPolicy",
    "fifoQueue": "FifoQueue",
    "contentBasedDeduplication": "ContentBasedDeduplication",
    "deduplicationScope": "DeduplicationScope",
    "fifoThroughputLimit": "FifoThroughputLimit",
}
_AT_CREATE = "fifoQueue"
_SETTINGS = " ".join(key for key in _ATTRIBUTES if key != _AT_CREATE)
_DEFAULTS = {  # [pulumi-aws: sqs.Queue]
    "delaySeconds": 0,
    "visibilityTimeoutSeconds": 30,
    "messageRetentionSeconds": 345600,
    "maxMessageSize": 262144,
    "receiveWaitTimeSeconds": 0,
    "kmsDataKeyReusePeriodSeconds": 300,
    "sqsManagedSseEnabled": True,
    "fifoQueue": False,
    "contentBasedDeduplication": False,
}


def _create(calls: Calls, inputs: Document) -> Document:
    given = {"maxMessageSize": _DEFAULTS["maxMessageSize"], **inputs}  # AWS's own default is another
    attributes = {
        member: _text(given[key])
        for key, member in _ATTRIBUTES.items()
        if given.get(key) not in (None, False)
    }
    tags = {"tags": inputs["tags"]} if inputs.get("tags") else {}
    answer = calls.call("CreateQueue", QueueName=inputs["name"], Attributes=attributes, **tags)
    return {"_id": answer["QueueUrl"]}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _describe(calls: Calls, inputs: Document, id_: str) -> Document | None:
    if not id_:
        found = calls.look("GetQueueUrl", *_NONE, QueueName=inputs["name"])
        if found is None:
            return None
        id_ = found["QueueUrl"]
    answer = calls.look("GetQueueAttributes", *_NONE, QueueUrl=id_, AttributeNames=["All"])
    return {"url": id_, **answer["Attributes"]} if answer is not None else None


def _observe(described: Document) -> Document:
    told: Document = {"name": described["url"].rsplit("/", 1)[-1]}
    for key, member in _ATTRIBUTES.items():
        if member in described:
            told[key] = _typed(described[member], _DEFAULTS.get(key))
    return told


def _typed(text: str, usual: Any) -> Any:
    if isinstance(usual, bool):
        return text.lower() == "true"
    return int(text) if isinstance(usual, int) else text


def _update(calls: Calls, change: Change) -> None:
    changed = change.changed(keys(_SETTINGS))
    attributes = {
        _ATTRIBUTES[key]: _text(_DEFAULTS.get(key, "") if value is None else value)
        for key, value in changed.items()
    }
    calls.call("SetQueueAttributes", QueueUrl=change.id, Attributes=attributes)


def _delete(calls: Calls, inputs: Document, id_: str) -> None:
    calls.look("DeleteQueue", *_NONE, QueueUrl=id_)


QUEUE = entry(
    Kind(
        token="aws:sqs/queue:Queue",
        service="sqs",
        describe=_describe,
        id="url",
        key=lambda inputs, id_: {"QueueUrl": id_},
        create=_create,
        update=_update,
        delete=_delete,
        fixed="fifoQueue",
        settings=_SETTINGS,
        outputs={"arn": "QueueArn", "url": "url"},
        defaults=_DEFAULTS,
        observe=_observe,
        shared="policy redrivePolicy redriveAllowPolicy deduplicationScope fifoThroughputLimit",
        tagging=Tagging("id", "TagQueue", "UntagQueue", "ListQueueTags"),
        name="name",
        longest_name=80,
        prefixed=True,
        ending=lambda inputs: ".fifo" if inputs.get("fifoQueue") is True else "",
    )
)


def _attribute(token: str, key: str) -> Entry:
    """A resource that is one attribute of a queue; without it the attribute is empty."""
    member = _ATTRIBUTES[key]

    def describe(calls: Calls, inputs: Document, id_: str) -> Document | None:
        queue = _describe(calls, inputs, id_ or inputs["queueUrl"])
        return queue if queue is not None and queue.get(member) else None

    def put(calls: Calls, inputs: Document) -> Document:
        calls.call("SetQueueAttributes", QueueUrl=inputs["queueUrl"], Attributes={member: inputs[key]})
        return {"_id": inputs["queueUrl"]}

    def clear(calls: Calls, inputs: Document, id_: str) -> None:
        calls.look("SetQueueAttributes", *_NONE, QueueUrl=id_, Attributes={member: ""})

    return entry(
        Kind(
            token=token,
            service="sqs",
            describe=describe,
            id="url",
            key=lambda inputs, id_: {"QueueUrl": id_},
            create=put,
            update=lambda calls, change: put(calls, change.new),
            delete=clear,
            fixed="queueUrl",
            settings=key,
            observe=lambda described: {"queueUrl": described["url"], key: described[member]},
        )
    )


ENTRIES = (
    QUEUE,
    _attribute("aws:sqs/queuePolicy:QueuePolicy", "policy"),
    _attribute("aws:sqs/redrivePolicy:RedrivePolicy", "redrivePolicy"),
)

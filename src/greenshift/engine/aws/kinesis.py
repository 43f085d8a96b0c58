"""Kinesis data streams."""

from __future__ import annotations

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import Change, Update, keys
from greenshift.engine.aws.simple import Kind, entry
from greenshift.engine.aws.tagging import Tagging

_NONE = ("ResourceNotFoundException",)
_HOURS = 24


def _create(calls: Calls, inputs: Document) -> Document:
    name = inputs["name"]
    shards = {"ShardCount": int(inputs["shardCount"])} if inputs.get("shardCount") else {}
    mode = (inputs.get("streamModeDetails") or {}).get("streamMode")
    details = {"StreamModeDetails": {"StreamMode": mode}} if mode else {}
    if not shards and mode != "ON_DEMAND":
        shards = {"ShardCount": 1}
    calls.call("CreateStream", StreamName=name, **shards, **details)
    _wait(calls, name)
    change = Change(name, {}, inputs)
    if inputs.get("retentionPeriod"):
        _set_retention(calls, change)
    if inputs.get("encryptionType") == "KMS":
        _set_encryption(calls, change)
    if inputs.get("tags"):
        calls.call("AddTagsToStream", StreamName=name, Tags=inputs["tags"])
    return {"_id": name}


def _name(inputs: Document, id_: str) -> str:
    """The id is the ARN; an import says the name."""
    return str(id_ or inputs["name"]).rpartition("/")[2]


def _describe(calls: Calls, inputs: Document, id_: str) -> Document | None:
    found = calls.look("DescribeStreamSummary", *_NONE, StreamName=_name(inputs, id_))
    return dict(found["StreamDescriptionSummary"]) if found is not None else None


def _observe(told: Document) -> Document:
    mode = told.get("StreamModeDetails", {}).get("StreamMode", "PROVISIONED")
    return {
        "name": told["StreamName"],
        "shardCount": told.get("OpenShardCount") if mode == "PROVISIONED" else None,
        "retentionPeriod": told["RetentionPeriodHours"],
        "encryptionType": told.get("EncryptionType"),
        "kmsKeyId": told.get("KeyId"),
        "streamModeDetails": {"streamMode": mode},
    }


def _wait(calls: Calls, name: str) -> None:
    calls.wait(
        f"stream {name}",
        lambda: (
            calls.call("DescribeStreamSummary", StreamName=name)["StreamDescriptionSummary"]["StreamStatus"]
            == "ACTIVE"
        ),
    )


def _set_retention(calls: Calls, change: Change) -> None:
    name = _name(change.new, change.id)
    now = (_describe(calls, change.new, name) or {}).get("RetentionPeriodHours", _HOURS)
    hours = int(change.new.get("retentionPeriod") or _HOURS)
    if hours != now:
        verb = "Increase" if hours > now else "Decrease"
        calls.call(f"{verb}StreamRetentionPeriod", StreamName=name, RetentionPeriodHours=hours)


def _set_shards(calls: Calls, change: Change) -> None:
    name, count = _name(change.new, change.id), change.new.get("shardCount")
    if count:
        calls.call(
            "UpdateShardCount", StreamName=name, TargetShardCount=int(count), ScalingType="UNIFORM_SCALING"
        )
        _wait(calls, name)


def _set_encryption(calls: Calls, change: Change) -> None:
    name, key = _name(change.new, change.id), change.new.get("kmsKeyId")
    if change.new.get("encryptionType") == "KMS":
        calls.call("StartStreamEncryption", StreamName=name, EncryptionType="KMS", KeyId=key)
    elif change.old.get("kmsKeyId"):
        was = change.old["kmsKeyId"]
        calls.call("StopStreamEncryption", StreamName=name, EncryptionType="KMS", KeyId=was)


def _delete(calls: Calls, inputs: Document, id_: str) -> None:
    calls.look("DeleteStream", *_NONE, StreamName=_name(inputs, id_), EnforceConsumerDeletion=True)


STREAM = entry(
    Kind(
        token="aws:kinesis/stream:Stream",
        service="kinesis",
        describe=_describe,
        id="StreamARN",
        key=lambda inputs, id_: {"StreamName": _name(inputs, id_)},
        create=_create,
        delete=_delete,
        fixed="streamModeDetails",
        extra=(
            Update(keys("shardCount"), _set_shards),
            Update(keys("retentionPeriod"), _set_retention),
            Update(keys("encryptionType kmsKeyId"), _set_encryption),
        ),
        kept="enforceConsumerDeletion",
        outputs={"arn": "StreamARN", "name": "StreamName"},
        defaults={
            "retentionPeriod": _HOURS,
            "encryptionType": "NONE",
            "enforceConsumerDeletion": False,
            "streamModeDetails": {"streamMode": "PROVISIONED"},
        },
        observe=_observe,
        tagging=Tagging(
            "name", "AddTagsToStream", "RemoveTagsFromStream", "ListTagsForStream", member="StreamName"
        ),
        name="name",
        longest_name=128,
    )
)

ENTRIES = (STREAM,)

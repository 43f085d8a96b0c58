"""CloudWatch Logs groups."""

from __future__ import annotations

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import Change, Entry, Seen, Update, keys, nothing

_NONE = "ResourceNotFoundException"


def _create(calls: Calls, inputs: Document) -> Seen:
    optional = {key: inputs[key] for key in ("kmsKeyId", "tags", "logGroupClass") if inputs.get(key)}
    calls.call("CreateLogGroup", logGroupName=inputs["name"], **optional)
    if inputs.get("retentionInDays"):
        _set_retention(calls, Change(inputs["name"], {}, inputs))
    seen = _read(calls, inputs, inputs["name"])
    assert seen is not None
    return seen


def _read(calls: Calls, inputs: Document, id_: str) -> Seen | None:
    for page in calls.pages("DescribeLogGroups", logGroupNamePrefix=inputs["name"]):
        for group in page["logGroups"]:
            if group["logGroupName"] == inputs["name"]:
                return Seen(inputs["name"], {"arn": group["arn"].removesuffix(":*")})
    return None


def _set_retention(calls: Calls, change: Change) -> None:
    days = change.new.get("retentionInDays")
    if days:
        calls.call("PutRetentionPolicy", logGroupName=change.id, retentionInDays=days)
    else:  # 0, Pulumi's default, keeps events for ever
        calls.call("DeleteRetentionPolicy", logGroupName=change.id)


def _tag(calls: Calls, change: Change) -> None:
    seen = _read(calls, change.new, change.id)
    arn = seen.outputs["arn"] if seen is not None else ""
    if change.tags_removed:
        calls.call("UntagResource", resourceArn=arn, tagKeys=change.tags_removed)
    if change.tags_set:
        calls.call("TagResource", resourceArn=arn, tags=change.tags_set)


def _delete(calls: Calls, inputs: Document, id_: str) -> None:
    if not inputs.get("skipDestroy"):
        calls.look("DeleteLogGroup", _NONE, logGroupName=id_)


ENTRIES = (
    Entry(
        token="aws:cloudwatch/logGroup:LogGroup",
        service="logs",
        properties=keys("name namePrefix retentionInDays kmsKeyId logGroupClass skipDestroy tags"),
        replace=keys("namePrefix kmsKeyId logGroupClass"),
        name="name",
        longest_name=512,
        create=_create,
        read=_read,
        update=(
            Update(keys("retentionInDays"), _set_retention),
            Update(keys("skipDestroy"), nothing),
            Update(keys("tags"), _tag),
        ),
        delete=_delete,
    ),
)

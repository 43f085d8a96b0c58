"""Connections to a Git provider, under both names of the service (each has its own ARN family)."""

from __future__ import annotations

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import Change, Entry, Seen, Update, keys
from greenshift.engine.aws.fit import Rule, fit, tag_list

_NONE = "ResourceNotFoundException"
_RULES = {"name": Rule("ConnectionName"), "tags": Rule(form=tag_list)}


def _create(calls: Calls, inputs: Document) -> Seen:
    answer = calls.call(
        "CreateConnection", **fit(calls.model("CreateConnection").input_shape, inputs, _RULES)
    )
    seen = _read(calls, inputs, answer["ConnectionArn"])
    assert seen is not None
    return seen


def _read(calls: Calls, inputs: Document, id_: str) -> Seen | None:
    arn = id_ or _arn_of(calls, inputs["name"])
    found = calls.look("GetConnection", _NONE, ConnectionArn=arn) if arn else None
    if found is None:
        return None
    return Seen(arn, {"arn": arn, "connectionStatus": found["Connection"].get("ConnectionStatus", "PENDING")})


def _arn_of(calls: Calls, name: str) -> str:
    for page in calls.pages("ListConnections"):
        for connection in page["Connections"]:
            if connection["ConnectionName"] == name:
                return str(connection["ConnectionArn"])
    return ""


def _tag(calls: Calls, change: Change) -> None:
    if change.tags_removed:
        calls.call("UntagResource", ResourceArn=change.id, TagKeys=change.tags_removed)
    if change.tags_set:
        shape = calls.model("TagResource").input_shape.members["Tags"]
        calls.call("TagResource", ResourceArn=change.id, Tags=fit(shape, tag_list(change.tags_set), {}))


def _delete(calls: Calls, inputs: Document, id_: str) -> None:
    calls.look("DeleteConnection", _NONE, ConnectionArn=id_)


def _entry(token: str, service: str) -> Entry:
    return Entry(
        token=token,
        service=service,
        properties=keys("name providerType hostArn tags"),
        replace=keys("providerType hostArn"),
        name="name",
        longest_name=32,
        create=_create,
        read=_read,
        update=(Update(keys("tags"), _tag),),
        delete=_delete,
        volatile=keys("connectionStatus"),
    )


ENTRIES = (
    _entry("aws:codeconnections/connection:Connection", "codeconnections"),
    _entry("aws:codestarconnections/connection:Connection", "codestar-connections"),
)

"""Secrets, and the versions that hold their values."""

from __future__ import annotations

import base64
from typing import Any

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import Change, Update, keys
from greenshift.engine.aws.simple import Kind, entry
from greenshift.engine.aws.tagging import Tagging

_NONE = ("ResourceNotFoundException",)
_DAYS = 30  # a secret can be restored for, unless the program says otherwise [pulumi-aws: Secret]
_CURRENT = "AWSCURRENT"


def _describe(calls: Calls, inputs: Document, id_: str) -> Document | None:
    found = calls.look("DescribeSecret", *_NONE, SecretId=id_ or inputs["name"])
    if found is None or found.get("DeletedDate"):
        return None
    policy = calls.look("GetResourcePolicy", *_NONE, SecretId=found["ARN"]) or {}
    return {**found, "policy": policy.get("ResourcePolicy")}


def _create(calls: Calls, inputs: Document) -> Document:
    members = {"name": "Name", "description": "Description", "kmsKeyId": "KmsKeyId"}
    given = {member: inputs[key] for key, member in members.items() if inputs.get(key)}
    tags = [{"Key": key, "Value": value} for key, value in (inputs.get("tags") or {}).items()]
    arn = calls.call("CreateSecret", **given, **({"Tags": tags} if tags else {}))["ARN"]
    if inputs.get("policy"):
        _set_policy(calls, Change(arn, {}, inputs))
    return {"_id": arn}


def _update(calls: Calls, change: Change) -> None:
    key = {"KmsKeyId": change.new["kmsKeyId"]} if change.new.get("kmsKeyId") else {}
    description = change.new.get("description") or ""
    calls.call("UpdateSecret", SecretId=change.id, Description=description, **key)


def _set_policy(calls: Calls, change: Change) -> None:
    if change.new.get("policy"):
        calls.call("PutResourcePolicy", SecretId=change.id, ResourcePolicy=change.new["policy"])
    else:
        calls.call("DeleteResourcePolicy", SecretId=change.id)


def _delete(calls: Calls, inputs: Document, id_: str) -> None:
    days = inputs.get("recoveryWindowInDays")
    window = _DAYS if days is None else int(days)
    how: dict[str, Any] = {"RecoveryWindowInDays": window} if window else {"ForceDeleteWithoutRecovery": True}
    if _describe(calls, inputs, id_) is not None:
        calls.look("DeleteSecret", *_NONE, SecretId=id_, **how)


SECRET = entry(
    Kind(
        token="aws:secretsmanager/secret:Secret",
        service="secretsmanager",
        describe=_describe,
        id="ARN",
        key=lambda inputs, id_: {"SecretId": id_},
        create=_create,
        update=_update,
        delete=_delete,
        settings="description kmsKeyId",
        extra=(Update(keys("policy"), _set_policy),),
        kept="recoveryWindowInDays forceOverwriteReplicaSecret",
        outputs={"arn": "ARN"},
        observe=lambda told: {
            "name": told["Name"],
            "description": told.get("Description"),
            "kmsKeyId": told.get("KmsKeyId"),
            "policy": told["policy"],
        },
        shared="policy",
        defaults={"recoveryWindowInDays": _DAYS, "forceOverwriteReplicaSecret": False},
        tagging=Tagging("arn", list=""),
        name="name",
        longest_name=512,
        prefixed=True,
    )
)


def _put(calls: Calls, inputs: Document) -> Document:
    content: Document = {}
    if inputs.get("secretString") is not None:
        content["SecretString"] = inputs["secretString"]
    else:
        content["SecretBinary"] = base64.b64decode(inputs.get("secretBinary") or "")
    if inputs.get("versionStages"):
        content["VersionStages"] = list(inputs["versionStages"])
    answer = calls.call("PutSecretValue", SecretId=inputs["secretId"], **content)
    return {"_id": f"{answer['ARN']}|{answer['VersionId']}"}


def _describe_version(calls: Calls, inputs: Document, id_: str) -> Document | None:
    secret, _, version = (id_ or inputs["secretId"]).partition("|")
    about = calls.look("DescribeSecret", *_NONE, SecretId=secret)
    if about is None or about.get("DeletedDate"):
        return None
    which = {"VersionId": version} if version else {}
    refused = (*_NONE, "InvalidRequestException")
    found = calls.look("GetSecretValue", *refused, SecretId=secret, **which)
    if found is None or (not id_ and found.get("SecretString") != inputs.get("secretString")):
        return None
    return {**found, "VersionStages": about.get("VersionIdsToStages", {}).get(found["VersionId"], [])}


def _observe_version(told: Document) -> Document:
    binary = told.get("SecretBinary")
    return {
        "secretId": told["ARN"],
        "secretString": told.get("SecretString"),
        "secretBinary": base64.b64encode(binary).decode() if binary else None,
        "versionStages": told["VersionStages"],
    }


def _move_stages(calls: Calls, change: Change) -> None:
    secret, _, version = change.id.partition("|")
    now = _describe_version(calls, change.new, change.id) or {"VersionStages": []}
    wanted = change.new.get("versionStages") or [_CURRENT]
    about = calls.call("DescribeSecret", SecretId=secret).get("VersionIdsToStages", {})
    for stage in wanted:
        holder = next((key for key, stages in about.items() if stage in stages and key != version), "")
        if stage not in now["VersionStages"]:
            away = {"RemoveFromVersionId": holder} if holder else {}
            calls.call(
                "UpdateSecretVersionStage",
                SecretId=secret,
                VersionStage=stage,
                MoveToVersionId=version,
                **away,
            )
    for stage in set(now["VersionStages"]) - {*wanted, _CURRENT}:
        _take_stage(calls, secret, version, stage)


def _take_stage(calls: Calls, secret: str, version: str, stage: str) -> None:
    calls.look(
        "UpdateSecretVersionStage", *_NONE, SecretId=secret, VersionStage=stage, RemoveFromVersionId=version
    )


def _forget(calls: Calls, inputs: Document, id_: str) -> None:
    """A version goes when nothing points to it; the current one goes with its secret (user guide)."""
    secret, _, version = id_.partition("|")
    now = _describe_version(calls, inputs, id_)
    for stage in set(now["VersionStages"]) - {_CURRENT} if now is not None else ():
        _take_stage(calls, secret, version, stage)


SECRET_VERSION = entry(
    Kind(
        token="aws:secretsmanager/secretVersion:SecretVersion",
        service="secretsmanager",
        describe=_describe_version,
        id=lambda told: f"{told['ARN']}|{told['VersionId']}",
        key=lambda inputs, id_: {},
        create=_put,
        update=_move_stages,
        delete=_forget,
        fixed="secretId secretString secretBinary",
        settings="versionStages",
        outputs={"arn": "ARN", "secretArn": "ARN", "versionId": "VersionId"},
        observe=_observe_version,
        shared="versionStages",
    )
)

ENTRIES = (SECRET, SECRET_VERSION)

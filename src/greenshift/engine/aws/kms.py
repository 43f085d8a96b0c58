"""KMS keys and their aliases. A key is never gone at once: it waits for its deletion."""

from __future__ import annotations

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import Change, Update, keys
from greenshift.engine.aws.fit import Rule, fit, tag_map
from greenshift.engine.aws.simple import Kind, entry
from greenshift.engine.aws.tagging import Tagging

_NONE = ("NotFoundException",)
_DAYS = 30


def _pairs(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"tagKey": key, "tagValue": value} for key, value in tags.items()]


_RULES = {"customerMasterKeySpec": Rule("KeySpec"), "tags": Rule(form=_pairs)}
_AT_CREATE = ("description", "keyUsage", "customerMasterKeySpec", "policy", "multiRegion", "tags")


def _create(calls: Calls, inputs: Document) -> Document:
    wanted = {key: inputs[key] for key in _AT_CREATE if inputs.get(key)}
    made = calls.call("CreateKey", **fit(calls.model("CreateKey").input_shape, wanted, _RULES))
    id_ = made["KeyMetadata"]["KeyId"]
    change = Change(id_, {}, inputs)
    if inputs.get("enableKeyRotation"):
        _set_rotation(calls, change)
    if inputs.get("isEnabled") is False:
        _set_enabled(calls, change)
    return {"_id": id_}


def _describe(calls: Calls, inputs: Document, id_: str) -> Document | None:
    if not id_:
        return _alike(calls, inputs)
    found = calls.look("DescribeKey", *_NONE, KeyId=id_)
    if found is None or found["KeyMetadata"]["KeyState"] == "PendingDeletion":
        return None
    key = found["KeyMetadata"]
    policy = calls.call("GetKeyPolicy", KeyId=id_, PolicyName="default")["Policy"]
    is_plain = key.get("KeySpec", "SYMMETRIC_DEFAULT") == "SYMMETRIC_DEFAULT"
    rotation = calls.call("GetKeyRotationStatus", KeyId=id_) if is_plain and key["Enabled"] else {}
    tags = tag_map(calls.call("ListResourceTags", KeyId=id_).get("Tags", []))
    return {**key, "policy": policy, "rotates": rotation.get("KeyRotationEnabled", False), "Tags": tags}


def _alike(calls: Calls, inputs: Document) -> Document | None:
    """A key has no name: the one with this description and these tags."""
    for page in calls.pages("ListKeys"):
        for key in page["Keys"]:
            found = _describe(calls, {}, key["KeyId"])
            wanted = (inputs.get("description") or "", inputs.get("tags") or {})
            if found is not None and (found.get("Description") or "", found["Tags"]) == wanted:
                return found
    return None


def _observe(told: Document) -> Document:
    return {
        "description": told.get("Description"),
        "keyUsage": told.get("KeyUsage"),
        "customerMasterKeySpec": told.get("KeySpec"),
        "multiRegion": told.get("MultiRegion"),
        "isEnabled": told["Enabled"],
        "enableKeyRotation": told["rotates"],
        "policy": told["policy"],
    }


def _set_rotation(calls: Calls, change: Change) -> None:
    if change.new.get("enableKeyRotation"):
        days = change.new.get("rotationPeriodInDays")
        period = {"RotationPeriodInDays": int(days)} if days else {}
        calls.call("EnableKeyRotation", KeyId=change.id, **period)
    else:
        calls.call("DisableKeyRotation", KeyId=change.id)


def _set_enabled(calls: Calls, change: Change) -> None:
    calls.call("DisableKey" if change.new.get("isEnabled") is False else "EnableKey", KeyId=change.id)


def _set_policy(calls: Calls, change: Change) -> None:
    if change.new.get("policy"):
        calls.call("PutKeyPolicy", KeyId=change.id, PolicyName="default", Policy=change.new["policy"])


def _set_description(calls: Calls, change: Change) -> None:
    calls.call("UpdateKeyDescription", KeyId=change.id, Description=change.new.get("description") or "")


def _delete(calls: Calls, inputs: Document, id_: str) -> None:
    if _describe(calls, inputs, id_) is not None:
        days = int(inputs.get("deletionWindowInDays") or _DAYS)
        calls.look("ScheduleKeyDeletion", *_NONE, KeyId=id_, PendingWindowInDays=days)


KEY = entry(
    Kind(
        token="aws:kms/key:Key",
        service="kms",
        describe=_describe,
        id="KeyId",
        key=lambda inputs, id_: {"KeyId": id_},
        create=_create,
        delete=_delete,
        fixed="keyUsage customerMasterKeySpec multiRegion",
        extra=(
            Update(keys("description"), _set_description),
            Update(keys("policy"), _set_policy),
            Update(keys("isEnabled"), _set_enabled),
            Update(keys("enableKeyRotation rotationPeriodInDays"), _set_rotation),
        ),
        kept="deletionWindowInDays bypassPolicyLockoutSafetyCheck",
        outputs={"arn": "Arn", "keyId": "KeyId"},
        defaults={
            "keyUsage": "ENCRYPT_DECRYPT",
            "customerMasterKeySpec": "SYMMETRIC_DEFAULT",
            "isEnabled": True,
            "enableKeyRotation": False,
            "multiRegion": False,
        },
        observe=_observe,
        shared="policy rotationPeriodInDays",
        tagging=Tagging("keyId", list=""),
    )
)


def _describe_alias(calls: Calls, inputs: Document, id_: str) -> Document | None:
    name = id_ or inputs["name"]
    for page in calls.pages("ListAliases"):
        for alias in page["Aliases"]:
            if alias["AliasName"] == name and alias.get("TargetKeyId"):
                key = calls.call("DescribeKey", KeyId=alias["TargetKeyId"])["KeyMetadata"]
                return {**alias, "targetKeyArn": key["Arn"]}
    return None


ALIAS = entry(
    Kind(
        token="aws:kms/alias:Alias",
        service="kms",
        describe=_describe_alias,
        id="AliasName",
        key=lambda inputs, id_: {"AliasName": id_},
        create=lambda calls, inputs: (
            calls.call("CreateAlias", AliasName=inputs["name"], TargetKeyId=inputs["targetKeyId"])
            and {"_id": inputs["name"]}
        ),
        update="UpdateAlias",
        delete="DeleteAlias",
        gone=_NONE,
        settings="targetKeyId",
        outputs={"arn": "AliasArn", "targetKeyArn": "targetKeyArn"},
        observe=lambda told: {"name": told["AliasName"], "targetKeyId": told["TargetKeyId"]},
        name="name",
        longest_name=250,
        prefixed=True,
        beginning="alias/",
    )
)

ENTRIES = (KEY, ALIAS)

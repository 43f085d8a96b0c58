"""The settings that a bucket itself may declare, each with the call that sets it.

The provider has types of their own for them and calls these deprecated, but programs of many years have them.
Left out of a program later, a setting stays as it is, and only ``acl`` goes back to ``private``: the provider
computes the others then. What AWS has of them counts where the program says something of it, as another
resource may set it as well.

``BucketV2`` has the same, with a list of one where ``Bucket`` has one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from greenshift.engine.aws import s3_settings
from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import Change, Update, keys
from greenshift.engine.aws.fit import Rule
from greenshift.engine.aws.s3_acl import grants_of, put_acl, put_grants
from greenshift.engine.aws.s3_lifecycle import lifecycle, rules_of
from greenshift.engine.aws.s3_settings import Setting


@dataclass(frozen=True)
class Inline:
    """``put`` gets a bucket and the property's value; ``told`` answers None where nothing is set."""

    put: Callable[[Calls, str, Any], None]
    told: Callable[[Calls, str], Any]


_LOGGING = Setting(
    token="",
    properties=keys("loggingEnabled"),
    put="PutBucketLogging",
    parameter="BucketLoggingStatus",
    get="GetBucketLogging",
    absent="",
    present="LoggingEnabled",
)
_ACCELERATION = Setting(
    token="",
    properties=keys("status"),
    put="PutBucketAccelerateConfiguration",
    parameter="AccelerateConfiguration",
    get="GetBucketAccelerateConfiguration",
    absent="",
    present="Status",
)
_OBJECT_LOCK = Setting(
    token="",
    properties=keys("objectLockEnabled rule"),
    put="PutObjectLockConfiguration",
    parameter="ObjectLockConfiguration",
    rules={"rule": Rule()},
    get="GetObjectLockConfiguration",
    absent="ObjectLockConfigurationNotFoundError",
)


def _of(setting: Setting, form: Callable[[Any], Document], back: Callable[[Document], Any]) -> Inline:
    """By way of the type that the setting is alone: ``form`` makes its inputs, ``back`` the property."""

    def told(calls: Calls, bucket: str) -> Any:
        found = setting.told(calls, bucket)
        return None if found is None else back(found)

    return Inline(lambda calls, bucket, value: setting.apply(calls, bucket, form(value)), told)


def _versioning(value: Document) -> Document:
    status = "Enabled" if value.get("enabled") else "Suspended"
    more = {"mfaDelete": "Enabled"} if value.get("mfaDelete") else {}
    return {"versioningConfiguration": {"status": status, **more}}


def _website(value: Document) -> Document:
    found: Document = {}
    if value.get("indexDocument"):
        found["indexDocument"] = {"suffix": value["indexDocument"]}
    if value.get("errorDocument"):
        found["errorDocument"] = {"key": value["errorDocument"]}
    if value.get("redirectAllRequestsTo"):
        protocol, is_said, host = value["redirectAllRequestsTo"].rpartition("://")
        found["redirectAllRequestsTo"] = {"hostName": host, **({"protocol": protocol} if is_said else {})}
    if value.get("routingRules"):
        found["routingRules"] = json.loads(value["routingRules"])
    return found


def _website_of(found: Document) -> Document:
    redirect = found.get("redirectAllRequestsTo") or {}
    protocol = f"{redirect['protocol']}://" if redirect.get("protocol") else ""
    told = {
        "indexDocument": (found.get("indexDocument") or {}).get("suffix"),
        "errorDocument": (found.get("errorDocument") or {}).get("key"),
        "redirectAllRequestsTo": f"{protocol}{redirect['hostName']}" if redirect else None,
        "routingRules": json.dumps(_capital(found["routingRules"])) if found.get("routingRules") else None,
    }
    return {key: value for key, value in told.items() if value}


def _capital(value: Any) -> Any:
    """In the words of AWS's own documents, in which a program writes routing rules."""
    if isinstance(value, dict):
        return {key[0].upper() + key[1:]: _capital(item) for key, item in value.items()}
    return [_capital(item) for item in value] if isinstance(value, list) else value


INLINE: Mapping[str, Inline] = {
    "versioning": _of(
        s3_settings.VERSIONING,
        _versioning,
        lambda found: {"enabled": found["versioningConfiguration"]["status"] == "Enabled"},
    ),
    "acl": Inline(put_acl, lambda calls, bucket: None),
    "grants": Inline(put_grants, grants_of),
    "serverSideEncryptionConfiguration": _of(
        s3_settings.ENCRYPTION,
        lambda value: {"rules": [value["rule"]]},
        lambda found: {"rule": found["rules"][0]},
    ),
    "lifecycleRules": _of(s3_settings.LIFECYCLE, lifecycle, rules_of),
    "corsRules": _of(s3_settings.CORS, lambda value: {"corsRules": value}, lambda found: found["corsRules"]),
    "website": _of(s3_settings.WEBSITE, _website, _website_of),
    "logging": _of(
        _LOGGING,
        lambda value: {"loggingEnabled": {"targetPrefix": "", **value}},
        lambda found: found["loggingEnabled"],
    ),
    "objectLockConfiguration": _of(
        _OBJECT_LOCK, lambda value: {"objectLockEnabled": "Enabled", **value}, lambda found: found
    ),
    "accelerationStatus": _of(_ACCELERATION, lambda value: {"status": value}, lambda found: found["status"]),
    "policy": _of(s3_settings.POLICY, lambda value: {"policy": value}, lambda found: found["policy"]),
}

_IN_V2 = {
    "versioning": "versionings",
    "serverSideEncryptionConfiguration": "serverSideEncryptionConfigurations",
    "website": "websites",
    "logging": "loggings",
    "expiration": "expirations",
    "noncurrentVersionExpiration": "noncurrentVersionExpirations",
    "rule": "rules",
    "applyServerSideEncryptionByDefault": "applyServerSideEncryptionByDefaults",
    "defaultRetention": "defaultRetentions",
}
"""What is one value in ``Bucket`` and a list of one in ``BucketV2``."""
_FROM_V2 = {plural: single for single, plural in _IN_V2.items()}

PROPERTIES = frozenset(INLINE)
PROPERTIES_V2 = frozenset(_IN_V2.get(name, name) for name in INLINE)


def single(value: Any) -> Any:
    """``BucketV2``'s form of properties as ``Bucket`` has them."""
    if isinstance(value, dict):
        return {
            _FROM_V2.get(key, key): single(item[0] if key in _FROM_V2 and item else item)
            for key, item in value.items()
        }
    return [single(item) for item in value] if isinstance(value, list) else value


def listed(value: Any) -> Any:
    """The other direction of ``single``."""
    if isinstance(value, dict):
        return {
            _IN_V2.get(key, key): [listed(item)] if key in _IN_V2 else listed(item)
            for key, item in value.items()
        }
    return [listed(item) for item in value] if isinstance(value, list) else value


def put_all(calls: Calls, bucket: str, inputs: Document) -> None:
    """What a new bucket is to have; one that never had versions has none to suspend."""
    wanted = single({key: inputs[key] for key in PROPERTIES | PROPERTIES_V2 if inputs.get(key)})
    for name, inline in INLINE.items():
        if name in wanted and not (name == "versioning" and not wanted[name].get("enabled")):
            inline.put(calls, bucket, wanted[name])


def updates(properties: frozenset[str]) -> tuple[Update, ...]:
    """A group for each property: only what changed is set."""
    by_name = {_FROM_V2.get(key, key): key for key in properties}
    return tuple(Update(frozenset({by_name[name]}), _changing(name, by_name[name])) for name in INLINE)


def _changing(name: str, key: str) -> Callable[[Calls, Change], None]:

    def change(calls: Calls, change: Change) -> None:
        value = single({key: change.new.get(key)})[name]
        if value or name == "acl":
            INLINE[name].put(calls, change.id, value)

    return change


def observed(calls: Calls, bucket: str) -> Document:
    """What a bucket has of them."""
    told = {name: inline.told(calls, bucket) for name, inline in INLINE.items()}
    return {name: value for name, value in told.items() if value}


def outputs(calls: Calls, bucket: str, inputs: Document) -> Document:
    """The address of a website, where the bucket declares one."""
    has_website = inputs.get("website") or inputs.get("websites")
    return s3_settings.website_outputs(calls, bucket) if has_website else {}

"""The artifact bucket's settings: since S3 keeps each apart, one call each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from greenshift.reading.documents import Statement, parse_document
from greenshift.verify.stack import Stack

BUILD_KIT = "build-kit/build-kit.zip"

# S3 has an error of its own for each setting that was never made (API reference, "Error responses").
_NONE = frozenset(
    {
        "NoSuchPublicAccessBlockConfiguration",
        "ServerSideEncryptionConfigurationNotFoundError",
        "NoSuchBucketPolicy",
        "NoSuchLifecycleConfiguration",
        "OwnershipControlsNotFoundError",
        "404",
        "NoSuchKey",
    }
)


@dataclass(frozen=True)
class Bucket:
    name: str
    account: str
    region: str
    versioning: str
    open_settings: tuple[str, ...]
    """The public access settings that are off."""
    encryption: str
    policy: tuple[Statement, ...]
    ownership: str
    noncurrent_days: int | None
    kit_version: str | None
    """None when there is no build kit; "null" when it was stored without a version."""


def read_bucket(stack: Stack) -> Bucket:
    name = stack.outputs.bucket
    policy = _setting(stack, "get_bucket_policy").get("Policy")
    return Bucket(
        name=name,
        account=stack.account,
        region=stack.region,
        # The first call must name the bucket that is missing, so it is not an optional one.
        versioning=stack.aws.call("s3", "get_bucket_versioning", Bucket=name).get("Status", "never enabled"),
        open_settings=_open_settings(
            _setting(stack, "get_public_access_block").get("PublicAccessBlockConfiguration", {})
        ),
        encryption=_encryption(_setting(stack, "get_bucket_encryption")),
        policy=parse_document(policy) if policy else (),
        ownership=_ownership(_setting(stack, "get_bucket_ownership_controls")),
        noncurrent_days=_noncurrent_days(_setting(stack, "get_bucket_lifecycle_configuration")),
        kit_version=_kit_version(stack),
    )


def _setting(stack: Stack, operation: str) -> Mapping[str, Any]:
    return stack.aws.optional(_NONE, "s3", operation, Bucket=stack.outputs.bucket) or {}


def _open_settings(block: Mapping[str, bool]) -> tuple[str, ...]:
    names = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    return tuple(name for name in names if not block.get(name))


def _encryption(found: Mapping[str, Any]) -> str:
    rules = found.get("ServerSideEncryptionConfiguration", {}).get("Rules", [])
    defaults = [rule.get("ApplyServerSideEncryptionByDefault", {}) for rule in rules]
    return next((each["SSEAlgorithm"] for each in defaults if each.get("SSEAlgorithm")), "")


def _ownership(found: Mapping[str, Any]) -> str:
    rules = found.get("OwnershipControls", {}).get("Rules", [])
    return rules[0]["ObjectOwnership"] if rules else "not set"


def _noncurrent_days(found: Mapping[str, Any]) -> int | None:
    """The fewest days after which a rule for the whole bucket removes an old version."""
    days = [
        rule["NoncurrentVersionExpiration"]["NoncurrentDays"]
        for rule in found.get("Rules", [])
        if rule.get("Status") == "Enabled"
        and "NoncurrentDays" in rule.get("NoncurrentVersionExpiration", {})
        and not (rule.get("Filter") or {}).get("Prefix")
    ]
    return min(days, default=None)


def _kit_version(stack: Stack) -> str | None:
    found = stack.aws.optional(_NONE, "s3", "head_object", Bucket=stack.outputs.bucket, Key=BUILD_KIT)
    return None if found is None else str(found.get("VersionId", "null"))

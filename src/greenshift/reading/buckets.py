"""S3: a bucket's settings - since S3 keeps each apart, one call each - and the version of an object."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from greenshift.contract.policies import Statement, parse_policy
from greenshift.reading.absence import unless_absent

# S3 has an error of its own for each setting that was never made (API reference, "Error responses").
_NONE = frozenset(
    {
        "NoSuchPublicAccessBlockConfiguration",
        "ServerSideEncryptionConfigurationNotFoundError",
        "NoSuchBucketPolicy",
        "NoSuchLifecycleConfiguration",
        "OwnershipControlsNotFoundError",
    }
)


@dataclass(frozen=True)
class Bucket:
    name: str
    versioning: str
    open_settings: tuple[str, ...]
    """The public access settings that are off."""
    encryption: str
    policy: tuple[Statement, ...]
    ownership: str
    noncurrent_days: int | None


def read_bucket(client: Any, name: str) -> Bucket:
    """The bucket must exist."""
    # The first call must name the bucket that is missing, so it is not an optional one.
    versioning = client.get_bucket_versioning(Bucket=name).get("Status", "never enabled")
    policy = _setting(client.get_bucket_policy, name).get("Policy")
    block = _setting(client.get_public_access_block, name).get("PublicAccessBlockConfiguration", {})
    return Bucket(
        name=name,
        versioning=versioning,
        open_settings=_open_settings(block),
        encryption=_encryption(_setting(client.get_bucket_encryption, name)),
        policy=parse_policy(policy) if policy else (),
        ownership=_ownership(_setting(client.get_bucket_ownership_controls, name)),
        noncurrent_days=_noncurrent_days(_setting(client.get_bucket_lifecycle_configuration, name)),
    )


def read_object_version(client: Any, bucket: str, key: str) -> str | None:
    """None when there is no such object; "null" when it was stored without a version."""
    with unless_absent("404", "NoSuchKey"):
        return str(client.head_object(Bucket=bucket, Key=key).get("VersionId", "null"))
    return None


def _setting(get: Callable[..., Mapping[str, Any]], bucket: str) -> Mapping[str, Any]:
    with unless_absent(*_NONE):
        return get(Bucket=bucket)
    return {}


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

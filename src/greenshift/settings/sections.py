"""The smaller groups of settings about what is kept: artifacts, ledger, logs, versions."""

from __future__ import annotations

from pydantic import field_validator

from greenshift.settings.fields import Section, setting, whole
from greenshift.settings.identifiers import KEY_ALLOWED, KEY_EXAMPLE, checked_key
from greenshift.settings.violation import Violation

# CloudWatch Logs API reference, PutRetentionPolicy: only these numbers of days exist.
RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
RETENTION_ALLOWED = f"one of {', '.join(map(str, RETENTION_DAYS))}"


def checked_retention(value: int) -> int:
    if value not in RETENTION_DAYS:
        raise Violation(f"CloudWatch Logs knows {', '.join(map(str, RETENTION_DAYS))}")
    return value


class ArtifactsSettings(Section):
    expire_days: int = whole(30, "Days after which packages and old versions of objects go.", 1, 3650, "days")
    incomplete_upload_days: int = whole(
        7, "Days after which an upload nobody finished goes.", 1, 3650, "days"
    )
    force_destroy: bool = setting(
        True,
        "Whether destroy may delete the bucket with everything in it. With false the bucket and its objects "
        "are kept, and destroy says so.",
        allowed="true or false",
        example=False,
    )
    kms_key_arn: str | None = setting(
        None,
        "The KMS key that encrypts the artifacts instead of S3's own.",
        allowed=KEY_ALLOWED,
        example=KEY_EXAMPLE,
    )

    @field_validator("kms_key_arn")
    @classmethod
    def _is_a_key(cls, value: str | None) -> str | None:
        return checked_key(value)


class LedgerSettings(Section):
    retention_days: int = whole(365, "Days a release stays in the ledger.", 1, 3650, "days")
    point_in_time_recovery: bool = setting(
        True, "DynamoDB's point-in-time recovery of the ledger.", allowed="true or false"
    )
    kms_key_arn: str | None = setting(
        None,
        "The KMS key that encrypts the ledger instead of DynamoDB's own.",
        allowed=KEY_ALLOWED,
        example=KEY_EXAMPLE,
    )
    deletion_protection: bool = setting(
        False,
        "Whether DynamoDB refuses to delete the ledger. With true destroy keeps the table, and says so.",
        allowed="true or false",
        example=True,
    )

    @field_validator("kms_key_arn")
    @classmethod
    def _is_a_key(cls, value: str | None) -> str | None:
        return checked_key(value)


class LogsSettings(Section):
    retention_days: int = setting(30, "Days CloudWatch Logs keeps each line.", allowed=RETENTION_ALLOWED)
    kms_key_arn: str | None = setting(
        None,
        "The KMS key that encrypts all log groups; its policy must let CloudWatch Logs use it.",
        allowed=KEY_ALLOWED,
        example=KEY_EXAMPLE,
    )

    @field_validator("retention_days")
    @classmethod
    def _retention_exists(cls, value: int) -> int:
        return checked_retention(value)

    @field_validator("kms_key_arn")
    @classmethod
    def _is_a_key(cls, value: str | None) -> str | None:
        return checked_key(value)


class VersionsSettings(Section):
    """How long a function's old versions stay; a version that a rollback may need stays longer."""

    prune: bool = setting(
        True,
        "Whether versions that no release needs any more are deleted.",
        allowed="true or false",
        example=False,
    )
    keep: int = whole(
        10, "How many successful releases a rollback can restore, whatever their age.", 1, 1000, "releases"
    )
    keep_days: int = whole(
        30,
        "Days a rollback can restore a release, and a version stays, in any case.",
        0,
        3650,
        "days",
    )

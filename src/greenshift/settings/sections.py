"""The smaller groups of settings: alarm, build, artifacts, ledger, logs, notifications, pipeline."""

from __future__ import annotations

import re
from typing import Literal, Self

from pydantic import field_validator, model_validator

from greenshift.settings.fields import Section, setting, whole
from greenshift.settings.violation import Violation

# CloudWatch Logs API reference, PutRetentionPolicy: only these numbers of days exist.
RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_VARIABLE_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


class AlarmSettings(Section):
    """When a new version counts as bad: more than ``threshold`` percent of its invocations fail."""

    threshold: float = setting(
        5.0,
        "Error rate in percent above which a version is bad.",
        allowed="a number above 0 and up to 100",
        gt=0,
        le=100,
    )
    period: int = setting(
        60,
        "Seconds of one data point.",
        allowed="a multiple of 60 seconds from 60 to 3600",
        ge=60,
        le=3600,
        multiple_of=60,
    )
    evaluation_periods: int = whole(1, "How many periods are looked at.", 1, 60)
    datapoints_to_alarm: int = whole(1, "How many of them must be bad.", 1, 60)

    @model_validator(mode="after")
    def _alarm_can_fire(self) -> Self:
        if self.datapoints_to_alarm > self.evaluation_periods:
            raise Violation(
                "it is at most evaluationPeriods, or the alarm never fires", at=("datapointsToAlarm",)
            )
        return self


class BuildSettings(Section):
    image: str = setting(
        "aws/codebuild/standard:7.0",
        "CodeBuild's image.",
        allowed="the name of a CodeBuild image",
        pattern=r"^\S+$",
    )
    compute_type: Literal[
        "BUILD_GENERAL1_SMALL",
        "BUILD_GENERAL1_MEDIUM",
        "BUILD_GENERAL1_LARGE",
        "BUILD_GENERAL1_XLARGE",
        "BUILD_GENERAL1_2XLARGE",
    ] = setting(
        "BUILD_GENERAL1_SMALL",
        "The size of the build machine.",
        allowed="BUILD_GENERAL1_SMALL, _MEDIUM, _LARGE, _XLARGE or _2XLARGE",
    )
    # CodeBuild API reference, CreateProject: 5 to 2,160 minutes.
    timeout: int = whole(20, "Minutes a build may take.", 5, 2160, "minutes")
    buildspec: str | None = setting(
        None, "The repository's own buildspec instead of the generated one.", allowed="a file in the project"
    )
    environment: dict[str, str] = setting(
        {}, "Environment of the build.", allowed="a mapping of names to text"
    )

    @field_validator("environment")
    @classmethod
    def _variables_codebuild_accepts(cls, value: dict[str, str]) -> dict[str, str]:
        for name in value:
            if name.startswith("CODEBUILD_"):
                raise Violation("CodeBuild reserves names that start with CODEBUILD_", at=(name,))
            if not _VARIABLE_NAME.fullmatch(name):
                raise Violation("a name starts with a letter and holds letters, digits and '_'", at=(name,))
        return value


class ArtifactsSettings(Section):
    expire_days: int = whole(30, "Days after which packages and old versions of objects go.", 1, 3650, "days")
    force_destroy: bool = setting(
        True, "Whether destroy may delete a bucket that is not empty.", allowed="true or false"
    )


class LedgerSettings(Section):
    retention_days: int = whole(365, "Days a release stays in the ledger.", 1, 3650, "days")
    point_in_time_recovery: bool = setting(
        True, "DynamoDB's point-in-time recovery of the ledger.", allowed="true or false"
    )


class LogsSettings(Section):
    retention_days: int = setting(
        30, "Days CloudWatch Logs keeps each line.", allowed=f"one of {', '.join(map(str, RETENTION_DAYS))}"
    )

    @field_validator("retention_days")
    @classmethod
    def _retention_exists(cls, value: int) -> int:
        if value not in RETENTION_DAYS:
            raise Violation(f"CloudWatch Logs knows {', '.join(map(str, RETENTION_DAYS))}")
        return value


class NotificationsSettings(Section):
    emails: tuple[str, ...] = setting((), "Who hears of releases.", allowed="a list of e-mail addresses")

    @field_validator("emails")
    @classmethod
    def _are_addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for index, address in enumerate(value):
            if not _EMAIL.fullmatch(address):
                raise Violation("it must be an e-mail address", at=(str(index),))
        return value


class PipelineSettings(Section):
    # PARALLEL is left out on purpose: two releases would shift the same aliases at once.
    execution_mode: Literal["QUEUED", "SUPERSEDED"] = setting(
        "QUEUED", "What a push does while another one is being released.", allowed="QUEUED or SUPERSEDED"
    )

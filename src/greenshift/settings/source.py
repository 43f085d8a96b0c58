"""Where the code comes from, and the one secret that may go with it.

``connection`` (CodeConnections) is the default and needs no secret. ``github`` is CodePipeline's version 1
action with an OAuth token: AWS advises against it but has not removed it. ``s3`` reads one zip.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Self

from pydantic import SecretStr, field_validator, model_validator

from greenshift.errors import SettingsError
from greenshift.settings.fields import Section, section, setting
from greenshift.settings.triggers import TriggerSettings
from greenshift.settings.violation import Violation

_REPOSITORY = re.compile(r"[A-Za-z0-9._-]+/[A-Za-z0-9._/-]+")
_CONNECTION_ARN = re.compile(
    r"arn:aws[a-z-]*:(codeconnections|codestar-connections):[a-z0-9-]+:\d{12}:connection/[\w-]+"
)
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")

PLACEHOLDER_TOKEN = "github-token-not-configured"


class SourceSettings(Section):
    provider: Literal["connection", "github", "s3"] = setting(
        "connection", "What CodePipeline reads the code with.", allowed="connection, github or s3"
    )
    repository: str | None = setting(
        None,
        "The repository; needed for connection and github.",
        allowed='"owner/name"',
        example="owner/name",
    )
    branch: str = setting("main", "The branch that is released.", allowed="a branch name", min_length=1)
    connection_arn: str | None = setting(
        None,
        "A connection that exists already; without it one is created and waits for its handshake.",
        allowed="the ARN of a CodeConnections connection",
        example="arn:aws:codeconnections:eu-west-1:123456789012:connection/0b8b0b2e-1d2c",
    )
    bucket: str | None = setting(
        None,
        "For s3: the versioned bucket. Default: the artifact bucket.",
        allowed="a bucket name",
        example="drop-box",
    )
    key: str = setting(
        "source/source.zip", "For s3: the key of the zip.", allowed="an object key", min_length=1
    )
    triggers: TriggerSettings = section(
        TriggerSettings, "For connection: what starts a release. Default: every push to the branch."
    )
    shared_directories: tuple[str, ...] = setting(
        (),
        "Directories more than one function is made from; see triggers.functionPaths.",
        allowed="a list of directories in the project",
        example=["shared"],
    )

    @field_validator("repository")
    @classmethod
    def _owner_and_name(cls, value: str | None) -> str | None:
        return _matching(_REPOSITORY, value, 'write it as "owner/name"')

    @field_validator("connection_arn")
    @classmethod
    def _is_a_connection(cls, value: str | None) -> str | None:
        return _matching(_CONNECTION_ARN, value, "it must be the ARN of a CodeConnections connection")

    @field_validator("bucket")
    @classmethod
    def _is_a_bucket(cls, value: str | None) -> str | None:
        return _matching(_BUCKET, value, "a bucket name has 3 to 63 lower-case letters, digits, '.' and '-'")

    @model_validator(mode="after")
    def _has_a_repository(self) -> Self:
        if self.provider != "s3" and self.repository is None:
            raise Violation(
                f'provider {self.provider!r} needs the repository as "owner/name"', at=("repository",)
            )
        return self

    @model_validator(mode="after")
    def _triggers_have_a_connection(self) -> Self:
        if self.triggers.is_configured and self.provider != "connection":
            raise Violation(
                f"CodePipeline has triggers for provider 'connection' only, not for {self.provider!r}",
                at=("triggers",),
            )
        return self


@dataclass(frozen=True)
class GithubToken:
    """The OAuth token and where it was found; ``missing`` means a placeholder, which GitHub refuses."""

    value: SecretStr
    origin: Literal["config", "environment", "missing"]

    @property
    def warning(self) -> str | None:
        if self.origin != "missing":
            return None
        return (
            "greenshift:githubToken is not set and neither is GITHUB_TOKEN: a placeholder is used, with "
            "which GitHub refuses the Source action; set one with: "
            "pulumi config set --secret greenshift:githubToken"
        )

    def refuse_placeholder(self) -> None:
        """Where something is about to be created for good: a pipeline that can never read its source."""
        if self.origin == "missing":
            raise SettingsError(
                "greenshift:githubToken",
                None,
                "with source.provider 'github' a deployment to AWS needs the token; nothing was created",
                hint="pulumi config set --secret greenshift:githubToken, or set GITHUB_TOKEN",
            )


def resolve_token(configured: SecretStr | None, environment: Mapping[str, str]) -> GithubToken:
    """The configured secret, else GITHUB_TOKEN, else a placeholder: a missing token never stops a preview."""
    if configured is not None and configured.get_secret_value():
        return GithubToken(configured, "config")
    if found := environment.get("GITHUB_TOKEN"):
        return GithubToken(SecretStr(found), "environment")
    return GithubToken(SecretStr(PLACEHOLDER_TOKEN), "missing")


def _matching(pattern: re.Pattern[str], value: str | None, allowed: str) -> str | None:
    if value is not None and not pattern.fullmatch(value):
        raise Violation(allowed)
    return value

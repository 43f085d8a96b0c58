"""``Settings``: the whole of what a user can say, in one frozen value.

Every field has a default that works, except the two nobody can guess: which functions, which repository.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import PrivateAttr, SecretStr, field_validator

from greenshift.settings.fields import Section, section, setting
from greenshift.settings.functions import FunctionSettings, checked_rollout, why_bad_key
from greenshift.settings.sections import (
    AlarmSettings,
    ArtifactsSettings,
    BuildSettings,
    LedgerSettings,
    LogsSettings,
    NotificationsSettings,
    PipelineSettings,
)
from greenshift.settings.source import GithubToken, SourceSettings, resolve_token
from greenshift.settings.violation import Violation

DEFAULT_ROLLOUT = "Linear10PercentEvery1Minute"
_NO_FUNCTIONS = "name at least one function, for example {charge: {directory: functions/charge}}"


class Settings(Section):
    functions: dict[str, FunctionSettings] = setting(
        ..., "The functions that are released together, by key.", allowed=_NO_FUNCTIONS
    )
    source: SourceSettings = setting(
        ...,
        "Where the code comes from.",
        allowed='say where the code is, for example {repository: "owner/name"}',
    )
    github_token: SecretStr | None = setting(
        None, "OAuth token, only for source.provider github. A secret.", allowed="a text"
    )
    rollout: str = setting(
        DEFAULT_ROLLOUT,
        "How traffic moves to a new version.",
        allowed="AllAtOnce, Canary<N>Percent<M>Minutes or Linear<N>PercentEvery<M>Minute(s)",
    )
    alarm: AlarmSettings = section(AlarmSettings, "When a new version counts as bad.")
    build: BuildSettings = section(BuildSettings, "Where tests and packaging run.")
    artifacts: ArtifactsSettings = section(ArtifactsSettings, "The bucket between the stages.")
    ledger: LedgerSettings = section(LedgerSettings, "The record of releases.")
    logs: LogsSettings = section(LogsSettings, "All log groups.")
    notifications: NotificationsSettings = section(NotificationsSettings, "Who hears of releases.")
    pipeline: PipelineSettings = section(PipelineSettings, "The pipeline itself.")
    tags: dict[str, str] = setting(
        {}, "Tags on everything that takes tags.", allowed="a mapping of names to text"
    )

    _secret_keys: frozenset[str] = PrivateAttr(default=frozenset())

    @field_validator("functions")
    @classmethod
    def _keys_that_can_be_names(cls, value: dict[str, FunctionSettings]) -> dict[str, FunctionSettings]:
        if not value:
            raise Violation(_NO_FUNCTIONS)
        for key in value:
            reason = why_bad_key(key)
            if reason is not None:
                raise Violation(reason, at=(key,))
        return value

    @field_validator("rollout")
    @classmethod
    def _possible_rollout(cls, value: str) -> str:
        return checked_rollout(value)

    @field_validator("tags")
    @classmethod
    def _tags_aws_accepts(cls, value: dict[str, str]) -> dict[str, str]:
        for name, text in value.items():
            if name.lower().startswith("aws:") or not 1 <= len(name) <= 128 or len(text) > 256:
                raise Violation(
                    "a tag name has 1 to 128 characters and no aws: prefix, a value at most 256", at=(name,)
                )
        return value

    def rollout_of(self, key: str) -> str:
        """The strategy of one function: its own, else everybody's."""
        return self.functions[key].rollout or self.rollout

    def token(self, environment: Mapping[str, str]) -> GithubToken:
        return resolve_token(self.github_token, environment)

    def is_secret(self, key: str) -> bool:
        """Whether the top-level key was configured as a Pulumi secret, so its values must stay secret."""
        return key in self._secret_keys

    def with_secret_keys(self, keys: frozenset[str]) -> Settings:
        copy = self.model_copy()
        copy._secret_keys = keys
        return copy

    @classmethod
    def from_pulumi(cls, root: Path | None = None) -> Settings:
        """The settings of the running Pulumi program; ``root`` is the project's directory."""
        from greenshift.settings.program import read_settings  # the one file that imports Pulumi

        return read_settings(root)

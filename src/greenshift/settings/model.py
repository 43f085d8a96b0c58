"""``Settings``: the whole of what a user can say, in one frozen value.

Every field has a default that works, except the two nobody can guess: which functions, which repository.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal, Self

from pydantic import PrivateAttr, SecretStr, ValidationError, field_validator, model_validator

from greenshift.rollout import Strategy
from greenshift.rollout.watching import Watch
from greenshift.settings.alarms import NEVER_FIRES, AlarmSettings
from greenshift.settings.build import BuildSettings
from greenshift.settings.directories import check_files, resolved
from greenshift.settings.explain import explain
from greenshift.settings.fields import Section, section, setting
from greenshift.settings.functions import FunctionSettings, why_bad_key
from greenshift.settings.identifiers import checked_policy
from greenshift.settings.parse import read_config
from greenshift.settings.releasing import (
    ApprovalSettings,
    NotificationsSettings,
    PipelineSettings,
    ReleaseSettings,
)
from greenshift.settings.rollouts import Rollout
from greenshift.settings.safety import SafetySettings
from greenshift.settings.sections import (
    ArtifactsSettings,
    LedgerSettings,
    LogsSettings,
    VersionsSettings,
)
from greenshift.settings.shifting import (
    ShiftSettings,
    check_events,
    check_length,
    check_waves,
    wave_of,
)
from greenshift.settings.source import GithubToken, SourceSettings, resolve_token
from greenshift.settings.tags import check_tag, check_tag_count
from greenshift.settings.violation import Violation
from greenshift.settings.watching import bake_minutes, bake_now_minutes, rollout_minutes, watches

DEFAULT_ROLLOUT = "Linear10PercentEvery1Minute"
_RULE_NAME = re.compile(r"[a-z][a-z0-9-]*")
_NO_FUNCTIONS = "name at least one function, for example {charge: {directory: functions/charge}}"


class Settings(Section):
    functions: dict[str, FunctionSettings] = setting(
        ...,
        "The functions that are released together, by key.",
        allowed=_NO_FUNCTIONS,
        example={"charge": {"directory": "functions/charge"}},
    )
    source: SourceSettings = setting(
        ...,
        "Where the code comes from.",
        allowed='say where the code is, for example {repository: "owner/name"}',
        example={"repository": "owner/name"},
    )
    github_token: SecretStr | None = setting(
        None,
        "OAuth token, only for source.provider github. A secret: pulumi config set --secret. Default: "
        "GITHUB_TOKEN of the environment.",
        allowed="a text",
        example="github-token-from-the-vault",
    )
    rollout: Rollout = setting(
        DEFAULT_ROLLOUT,
        "How traffic moves to a new version.",
        allowed="AllAtOnce, Canary<N>Percent<M>Minutes or Linear<N>PercentEvery<M>Minute(s)",
        example="Canary10Percent5Minutes",
        validate_default=True,
    )
    alarm: AlarmSettings = section(AlarmSettings, "When a new version counts as bad.")
    build: BuildSettings = section(BuildSettings, "Where tests and packaging run.")
    artifacts: ArtifactsSettings = section(ArtifactsSettings, "The bucket between the stages.")
    ledger: LedgerSettings = section(LedgerSettings, "The record of releases.")
    logs: LogsSettings = section(LogsSettings, "All log groups.")
    versions: VersionsSettings = section(VersionsSettings, "How long old versions of functions stay.")
    safety: SafetySettings = section(SafetySettings, "What may break the live version during a release.")
    notifications: NotificationsSettings = section(NotificationsSettings, "Who hears of releases.")
    pipeline: PipelineSettings = section(PipelineSettings, "The pipeline itself.")
    release: ReleaseSettings = section(ReleaseSettings, "Greenshift's own functions.")
    waves: tuple[tuple[str, ...], ...] = setting(
        (),
        "The order in which functions shift: each wave begins when the one before has arrived. Functions no "
        "wave names come after all of them. The release is all or nothing all the same.",
        allowed="a list of lists of function keys",
        example=[["charge"]],
    )
    shift: ShiftSettings = section(ShiftSettings, "What a release does in hard cases.")
    approval: ApprovalSettings = section(ApprovalSettings, "Who has to say yes.")
    permissions_boundary: str | None = setting(
        None,
        "The permissions boundary of every role.",
        allowed="the ARN of an IAM policy",
        example="arn:aws:iam::123456789012:policy/developers",
    )
    trust_source_account: bool = setting(
        True,
        "Whether the roles of Lambda and CodePipeline say for which account (condition aws:SourceAccount). "
        "AWS documents that for CodeBuild and CodeDeploy, which have it in any case; with false the others "
        "have none, should they not be assumed.",
        allowed="true or false",
        example=False,
    )
    guardrails: dict[str, Literal["advisory", "mandatory", "disabled"]] = setting(
        {},
        "What a guardrail does, by the name of its rule: warn, refuse or nothing. Default: its own level.",
        allowed="advisory, mandatory or disabled for the name of a rule",
        example={"inline-policy": "mandatory"},
    )
    tags: dict[str, str] = setting(
        {},
        "Tags on everything that takes tags.",
        allowed="a mapping of names to text",
        example={"team": "payments"},
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

    @field_validator("permissions_boundary")
    @classmethod
    def _is_a_policy(cls, value: str | None) -> str | None:
        return checked_policy(value)

    @field_validator("guardrails")
    @classmethod
    def _names_of_rules(cls, value: dict[str, str]) -> dict[str, str]:
        for name in value:
            if not _RULE_NAME.fullmatch(name):
                raise Violation("a rule's name has lower-case letters, digits and '-'", at=(name,))
        return value

    @field_validator("tags")
    @classmethod
    def _tags_aws_accepts(cls, value: dict[str, str]) -> dict[str, str]:
        for name, text in value.items():
            check_tag(name, text)
        check_tag_count(value)
        return value

    @model_validator(mode="after")
    def _alarms_can_fire(self) -> Self:
        for key in self.functions:
            if not self.alarm_of(key).can_fire:
                raise Violation(NEVER_FIRES, at=("functions", key, "alarm", "datapointsToAlarm"))
        return self

    @model_validator(mode="after")
    def _waves_of_functions_that_are_there(self) -> Self:
        check_waves(self.waves, self.functions)
        return self

    @model_validator(mode="after")
    def _a_release_ends_in_time(self) -> Self:
        check_length(
            self.shift,
            self.waves,
            rollout_minutes(self),
            bake=self.bake_minutes,
            asks_between_waves=self.asks_between_waves,
        )
        return self

    @model_validator(mode="after")
    def _synthetic_calls_have_an_event(self) -> Self:
        check_events(self.shift, {key: item.smoke.event is not None for key, item in self.functions.items()})
        return self

    @property
    def kept_on_destroy(self) -> tuple[str, ...]:
        """What ``destroy`` leaves behind because the settings say so, one line each."""
        kept = []
        if not self.artifacts.force_destroy:
            kept.append(
                "artifacts.forceDestroy is false: destroy keeps the artifact bucket and every object in it"
            )
        if self.ledger.deletion_protection:
            kept.append(
                "ledger.deletionProtection is true: destroy keeps the ledger table and every row in it"
            )
        return tuple(kept)

    def alarm_of(self, key: str) -> AlarmSettings:
        """The alarm of one function: everybody's, with what the function has otherwise."""
        return self.functions[key].alarm.over(self.alarm)

    @property
    def other_alarms(self) -> list[str]:
        """Alarms of the user's own that stop a shift, of whatever function."""
        return sorted({name for key in self.functions for name in self.alarm_of(key).also})

    def wave_of(self, key: str) -> int:
        """The wave in which a function shifts, from 0."""
        return wave_of(key, self.waves)

    @property
    def asks_between_waves(self) -> bool:
        """Whether a person stands between two waves."""
        return self.approval.between_waves and self.wave_count > 1

    @property
    def wave_count(self) -> int:
        """How many waves there are; one when no order was asked for."""
        return 1 + max(self.wave_of(key) for key in self.functions)

    def rollout_of(self, key: str) -> Strategy:
        """The strategy of one function: its own, else everybody's."""
        return self.functions[key].rollout or self.rollout

    @property
    def bake_minutes(self) -> int:
        """How long a release is watched after the last function has arrived."""
        return bake_minutes(self)

    @property
    def bake_now_minutes(self) -> int:
        """The same for a release in which everything moves at once."""
        return bake_now_minutes(self)

    @property
    def watches(self) -> dict[str, Watch]:
        """How long each function's strategy and bake are, beside what its alarm needs; by key."""
        return watches(self, self.bake_minutes)

    def accepted_of(self, key: str) -> tuple[str, ...]:
        """The findings that do not stop a release of one function: everybody's and its own."""
        return tuple(sorted({*self.safety.accept, *self.functions[key].safety.accept}))

    def token(self, environment: Mapping[str, str]) -> GithubToken:
        return resolve_token(self.github_token, environment)

    def is_secret(self, key: str) -> bool:
        """Whether the top-level key was configured as a Pulumi secret, so its values must stay secret."""
        return key in self._secret_keys

    def allows_old_sdk(self, function: FunctionSettings) -> bool:
        """Whether version 2 of the SDK for JavaScript, which Node 18 and newer lack, may come from elsewhere.

        A layer may bring it, or its guardrail does not refuse it: one word for check, build and release.
        """
        return bool(function.layers) or self.guardrails.get("node-sdk-v2", "mandatory") != "mandatory"

    def with_secret_keys(self, keys: frozenset[str]) -> Settings:
        copy = self.model_copy()
        copy._secret_keys = keys
        return copy

    @classmethod
    def from_pulumi(
        cls,
        root: Path | None = None,
        *,
        given: Mapping[str, str] | None = None,
        given_secrets: Iterable[str] = (),
    ) -> Settings:
        """The settings of the running Pulumi program; ``root`` is the project's directory.

        ``given`` are settings of the program's own, as text by top-level key; they go first.
        """
        from greenshift.settings.program import configured  # the one file that imports Pulumi

        found = configured(root, given or {}, given_secrets)
        return parse_settings(found.config, found.root, found.secret_keys)


def parse_settings(config: Mapping[str, str], root: Path, secret_keys: Iterable[str] = ()) -> Settings:
    """Validate the ``greenshift:`` part of ``config`` for the project in ``root``: all ways in end here."""
    written = read_config(config, secret_keys)
    try:
        said = Settings.model_validate_json(json.dumps(written.document))
    except ValidationError as error:
        raise explain(error, written, Settings) from None
    functions = {key: resolved(key, function, root) for key, function in said.functions.items()}
    check_files(said.build.buildspec, said.source.shared_directories, root)
    return said.model_copy(update={"functions": functions}).with_secret_keys(written.secret_keys)


def no_functions() -> Settings:
    """Settings for a program that Greenshift only judges: no functions, no source, every default."""
    source = SourceSettings.model_construct(repository=None)
    return Settings.model_construct(functions={}, source=source)

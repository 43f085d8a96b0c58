"""Where tests and packaging run: the CodeBuild project."""

from __future__ import annotations

import re
from typing import Literal, Self

from pydantic import field_validator, model_validator

from greenshift.settings.fields import Section, section, setting, whole
from greenshift.settings.violation import Violation

_VARIABLE_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")

CacheMode = Literal["LOCAL_CUSTOM_CACHE", "LOCAL_SOURCE_CACHE"]


class CacheSettings(Section):
    """What one build leaves for the next: what npm and pip have downloaded.

    A repository's own buildspec says itself what is kept, below its key ``cache``.
    """

    type: Literal["none", "local", "s3"] = setting(
        "none",
        "local: on the build machine, when the next build happens to get it; s3: in the artifact bucket.",
        allowed="none, local or s3",
        example="s3",
    )
    # LOCAL_DOCKER_LAYER_CACHE needs a privileged build, which this one is not.
    modes: tuple[CacheMode, ...] = setting(
        ("LOCAL_CUSTOM_CACHE",),
        "For local: CodeBuild's modes.",
        allowed="a list of LOCAL_CUSTOM_CACHE and LOCAL_SOURCE_CACHE",
        example=["LOCAL_CUSTOM_CACHE"],
    )

    @model_validator(mode="after")
    def _keeps_something(self) -> Self:
        if self.type == "local" and not self.modes:
            raise Violation("name at least one of LOCAL_CUSTOM_CACHE and LOCAL_SOURCE_CACHE", at=("modes",))
        return self


class BuildSettings(Section):
    image: str = setting(
        "aws/codebuild/standard:7.0",
        "CodeBuild's image.",
        allowed="the name of a CodeBuild image",
        example="aws/codebuild/amazonlinux-aarch64-standard:3.0",
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
        None,
        "The repository's own buildspec instead of the generated one.",
        allowed="a file in the project",
        example="buildspec.yml",
    )
    environment: dict[str, str] = setting(
        {},
        "Environment of the build. Configured as a secret, the values stay secret in Pulumi's state.",
        allowed="a mapping of names to text",
        example={"NPM_CONFIG_LOGLEVEL": "warn"},
    )
    cache: CacheSettings = section(CacheSettings, "What one build leaves for the next.")

    @field_validator("environment")
    @classmethod
    def _variables_codebuild_accepts(cls, value: dict[str, str]) -> dict[str, str]:
        for name in value:
            if name.startswith("CODEBUILD_"):
                raise Violation("CodeBuild reserves names that start with CODEBUILD_", at=(name,))
            if not _VARIABLE_NAME.fullmatch(name):
                raise Violation("a name starts with a letter and holds letters, digits and '_'", at=(name,))
        return value

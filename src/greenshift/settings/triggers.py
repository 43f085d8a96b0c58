"""What starts the pipeline besides a person: pushes and pull requests, filtered by name and by path.

Bounds are CodePipeline's (API reference, GitConfiguration): at most three filters of a kind, and lists of at
most eight patterns of at most 255 characters. They work with a connection only.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import field_validator, model_validator

from greenshift.settings.fields import Section, section, setting
from greenshift.settings.violation import Violation

MOST_FILTERS = 3
MOST_PATTERNS = 8
LONGEST_PATTERN = 255
_PATTERNS_ALLOWED = f"a list of at most {MOST_PATTERNS} globs of 1 to {LONGEST_PATTERN} characters"


class Patterns(Section):
    """Globs; a name has to match one of ``includes`` (if there are any) and none of ``excludes``."""

    includes: tuple[str, ...] = setting(
        (), "What counts; empty means everything.", allowed=_PATTERNS_ALLOWED, example=["release/**"]
    )
    excludes: tuple[str, ...] = setting(
        (), "What does not, even when it is included.", allowed=_PATTERNS_ALLOWED, example=["release/old-*"]
    )

    @field_validator("includes", "excludes")
    @classmethod
    def _within_bounds(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(value) > MOST_PATTERNS:
            raise Violation(f"it is {_PATTERNS_ALLOWED}")
        for index, pattern in enumerate(value):
            if not 1 <= len(pattern) <= LONGEST_PATTERN:
                raise Violation(f"a glob has 1 to {LONGEST_PATTERN} characters", at=(str(index),))
        return value

    def __bool__(self) -> bool:
        return bool(self.includes or self.excludes)


class PushFilter(Section):
    """A push counts when all that is given matches; without tags and branches, source.branch is meant."""

    branches: Patterns = section(Patterns, "The branches pushed to.")
    tags: Patterns = section(Patterns, "Or: the git tags pushed. Not together with branches or filePaths.")
    file_paths: Patterns = section(Patterns, "The files that changed.")

    @model_validator(mode="after")
    def _tags_stand_alone(self) -> Self:
        if self.tags and (self.branches or self.file_paths):
            raise Violation("CodePipeline filters by tags, or by branches and filePaths", at=("tags",))
        return self


class PullRequestFilter(Section):
    events: tuple[Literal["OPEN", "UPDATED", "CLOSED"], ...] = setting(
        ...,
        "The events that start a release, of the pull request's own commit: OPEN and UPDATED release what "
        "nobody has merged.",
        allowed="a list of OPEN, UPDATED and CLOSED",
        example=["CLOSED"],
    )
    branches: Patterns = section(Patterns, "The branches asked to be merged into. Default: source.branch.")
    file_paths: Patterns = section(Patterns, "The files that changed.")

    @field_validator("events")
    @classmethod
    def _some_once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value or len(set(value)) < len(value):
            raise Violation("name at least one of OPEN, UPDATED and CLOSED, each once")
        return value


class TriggerSettings(Section):
    push: tuple[PushFilter, ...] = setting(
        (),
        "Pushes that start a release; one matching filter is enough. Default: every push to source.branch.",
        allowed=f"a list of at most {MOST_FILTERS} filters",
        example=[{"branches": {"includes": ["main"]}, "filePaths": {"excludes": ["docs/**"]}}],
        max_length=MOST_FILTERS,
    )
    pull_requests: tuple[PullRequestFilter, ...] = setting(
        (),
        "Pull requests that start a release. With these alone, a push starts none.",
        allowed=f"a list of at most {MOST_FILTERS} filters",
        example=[{"events": ["CLOSED"], "branches": {"includes": ["main"]}}],
        max_length=MOST_FILTERS,
    )
    function_paths: bool = setting(
        False,
        "Only changes below the functions' directories and source.sharedDirectories start a release: the "
        "filePaths of every filter that gives none and filters by no tags.",
        allowed="true or false",
        example=True,
    )

    @property
    def is_configured(self) -> bool:
        return bool(self.push or self.pull_requests or self.function_paths)

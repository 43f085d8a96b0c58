"""What a rule is: a name, why it exists, what fixes it, how hard it is, and a pure check.

``Rule`` looks at one resource of given types; ``StackRule`` at all of them together. A check yields what is
wrong, one text (or finding) for each fault, and yields nothing when a value is not known yet: it is asked
again when the value is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import InitVar, dataclass
from typing import Literal

from greenshift.guardrails.resources import Resource, Stack

Level = Literal["advisory", "mandatory", "disabled"]

ADVISORY: Level = "advisory"
MANDATORY: Level = "mandatory"
DISABLED: Level = "disabled"
LEVELS: tuple[Level, ...] = (ADVISORY, MANDATORY, DISABLED)


@dataclass(frozen=True)
class Finding:
    """One fault a stack rule found, at the resource that has it."""

    resource: Resource
    reason: str


def _take_earlier_name(rule: object, mend: str) -> None:
    if mend:
        object.__setattr__(rule, "fix", mend)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule on single resources of the given Pulumi types."""

    name: str
    why: str
    fix: str = ""
    level: Level
    types: tuple[str, ...]
    check: Callable[[Resource], Iterable[str]]
    mend: InitVar[str] = ""
    """What ``fix`` was called before: rules that people wrote then go on working."""

    def __post_init__(self, mend: str) -> None:
        _take_earlier_name(self, mend)


@dataclass(frozen=True, kw_only=True)
class StackRule:
    """A rule on how the resources of a program fit together."""

    name: str
    why: str
    fix: str = ""
    level: Level
    check: Callable[[Stack], Iterable[Finding]]
    mend: InitVar[str] = ""

    def __post_init__(self, mend: str) -> None:
        _take_earlier_name(self, mend)


AnyRule = Rule | StackRule

"""The parts a suite is made of: a check judges what was seen, a section reads it, a group names both.

Group "artifacts"
  Section: the bucket            subjects(stack) -> one Subject, whose read() gives a Bucket
    Check "versioning"           judge(Bucket) -> Verdict
    Check "encryption"           …
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from greenshift.verify.result import Verdict
from greenshift.verify.stack import Stack

Seen = TypeVar("Seen")


@dataclass(frozen=True, kw_only=True)
class Check(Generic[Seen]):
    """One thing that must hold. ``expected`` and ``fix`` are sentences for a person."""

    name: str
    expected: str
    judge: Callable[[Seen], Verdict]
    fix: str


@dataclass(frozen=True)
class Subject(Generic[Seen]):
    """One thing to look at: what people call it, and how to read it."""

    name: str
    read: Callable[[], Seen]


@dataclass(frozen=True, kw_only=True)
class Section(Generic[Seen]):
    """The same checks for each of some subjects."""

    subjects: Callable[[Stack], Iterable[Subject[Seen]]]
    checks: tuple[Check[Seen], ...]


@dataclass(frozen=True, kw_only=True)
class Group:
    """A chapter of the report; sections see different things."""

    name: str
    title: str
    sections: tuple[Section[Any], ...]

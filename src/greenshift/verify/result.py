"""What a check says: a verdict while it judges, a result once it is known what it judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

Status = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True)
class Verdict:
    """The outcome of one judgement. ``found`` is what was there, or why nothing could be judged."""

    status: Status
    found: str = ""
    fix: str = ""
    """Only when the fix depends on what was found; else the check's own is told."""


PASSED = Verdict("passed")


def passed(found: str) -> Verdict:
    return Verdict("passed", found)


def failed(found: str, fix: str = "") -> Verdict:
    return Verdict("failed", found, fix)


def skipped(why: str) -> Verdict:
    return Verdict("skipped", why)


def passed_if(good: bool, found: str) -> Verdict:
    """The commonest judgement: one condition, and the same words for both ends."""
    return passed(found) if good else failed(found)


def nothing_but(wrong: Iterable[str], *, when_none: str = "") -> Verdict:
    """Failed with every fault named; passed when there is none."""
    faults = list(wrong)
    return failed("; ".join(faults)) if faults else passed(when_none)


@dataclass(frozen=True)
class Result:
    """One check of one thing."""

    group: str
    check: str
    subject: str
    status: Status
    expected: str
    found: str
    fix: str
    """What to do about it; empty unless failed."""
    seconds: float = 0.0

    @property
    def id(self) -> str:
        return f"{self.group}.{self.check}"


@dataclass(frozen=True)
class Report:
    """All results of one run, in the order of the groups."""

    results: tuple[Result, ...]

    @property
    def failures(self) -> tuple[Result, ...]:
        return tuple(result for result in self.results if result.status == "failed")

    @property
    def groups(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(result.group for result in self.results))

    def of(self, group: str) -> tuple[Result, ...]:
        return tuple(result for result in self.results if result.group == group)

    def counts(self) -> dict[str, int]:
        found = Counter(result.status for result in self.results)
        return {status: found[status] for status in ("passed", "failed", "skipped")}

    def __add__(self, other: Report) -> Report:
        return Report(self.results + other.results)

    def to_json(self) -> dict[str, Any]:
        """``mend`` is what ``fix`` was called before: who reads it goes on reading it."""
        results = [{**asdict(result), "mend": result.fix} for result in self.results]
        return {**self.counts(), "results": results}

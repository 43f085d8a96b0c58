"""The answers to what auditing tools find (``docs/security.toml``), and what each of them answers."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

FILE = Path(__file__).parents[3] / "docs" / "security.toml"


@dataclass(frozen=True, order=True)
class Finding:
    """One check that failed on one resource."""

    check: str
    resource: str
    says: str = ""


@dataclass(frozen=True)
class Answer:
    """Why a check may fail on a group of resources; ``setting`` is what makes it pass, where there is one."""

    check: str
    on: str
    reason: str
    setting: str | None = None


@dataclass(frozen=True)
class Answers:
    groups: Mapping[str, list[str]]
    all: tuple[Answer, ...]

    def of(self, finding: Finding) -> Answer | None:
        found = (each for each in self.all if (each.check, each.on) == (finding.check, self.group(finding)))
        return next(found, None)

    def group(self, finding: Finding) -> str | None:
        """The first group with a pattern that matches the resource."""
        found = (
            name
            for name, patterns in self.groups.items()
            if any(fnmatchcase(finding.resource, pattern) for pattern in patterns)
        )
        return next(found, None)

    def unanswered(self, findings: Iterable[Finding]) -> list[Finding]:
        return sorted(finding for finding in findings if self.of(finding) is None)


def read_answers(file: Path = FILE) -> Answers:
    document = tomllib.loads(file.read_text())
    return Answers(
        document["resources"],
        tuple(
            Answer(each["check"], each["on"], each["reason"], each.get("setting"))
            for each in document["exception"]
        ),
    )

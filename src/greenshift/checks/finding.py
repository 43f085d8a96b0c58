"""One thing that was found, the same shape for a file and for a resource on AWS."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

Level = Literal["error", "warning", "hint"]
LEVELS: tuple[Level, ...] = ("error", "warning", "hint")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """``rule`` names the kind; ``what``, ``why`` and ``fix`` are a line each."""

    rule: str
    level: Level
    what: str
    why: str
    fix: str
    function: str = ""
    """The function's key; empty when it is about the whole project."""
    file: str = ""
    """Relative to the project, with '/'; empty when it is about a resource."""
    line: int = 0
    """1 is the first; 0 when it is about the whole file."""
    resource: str = ""
    """The name or ARN of what is deployed; empty when it is about a file."""

    @property
    def where(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return place or self.resource

    def to_json(self) -> dict[str, Any]:
        """``mend`` is what ``fix`` was called before: who reads it goes on reading it."""
        return {**asdict(self), "mend": self.fix}


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Worst first, then by place."""
    return tuple(sorted(findings, key=lambda f: (LEVELS.index(f.level), f.file, f.line, f.resource, f.rule)))


def is_healthy(findings: Iterable[Finding], *, tolerated: Iterable[Level] = ("hint",)) -> bool:
    """Whether nothing worse than what is tolerated was found."""
    accepted = frozenset(tolerated)
    return all(finding.level in accepted for finding in findings)

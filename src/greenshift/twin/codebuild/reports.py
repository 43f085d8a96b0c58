"""Test reports of a buildspec: JUnit's XML, told in the build's log and kept as a report of its own.

User guide, "Test reports": a report that cannot be read fails nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from greenshift.twin.codebuild import junit
from greenshift.twin.codebuild.patterns import matching

_MOST_FAILURES = 20
READ_FORMATS = ("JUNITXML",)


@dataclass(frozen=True)
class ReportSpec:
    """One report: patterns below ``base_directory``. CodeBuild's format is JUNITXML when it does not say."""

    name: str
    files: tuple[str, ...]
    base_directory: str = ""
    file_format: str = "JUNITXML"


@dataclass(frozen=True)
class Found:
    """What was read of a report: ``lines`` for the log; ``cases`` is None where no file was read."""

    spec: ReportSpec
    lines: tuple[str, ...]
    cases: tuple[junit.Case, ...] | None = None


@dataclass
class ReportGroup:
    """``name`` is the project's and the buildspec's, joined (user guide: "Report group naming")."""

    name: str
    arn: str
    created: float
    modified: float
    type: str = "TEST"
    export: Mapping[str, object] = field(default_factory=lambda: {"exportConfigType": "NO_EXPORT"})
    tags: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True)
class Report:
    """What one build told of one group; it is forgotten after 30 days."""

    arn: str
    group: str
    """The group's ARN."""
    build: str
    """The build's ARN."""
    created: float
    cases: tuple[junit.Case, ...] = field(default=())

    @property
    def status(self) -> str:
        good = (junit.SUCCEEDED, junit.SKIPPED)
        return "SUCCEEDED" if all(case.status in good for case in self.cases) else "FAILED"


def read(spec: ReportSpec, source: Path) -> Found:
    """The report below ``source``, and what the log says of it."""
    if spec.file_format.upper() not in READ_FORMATS:
        told = f"the twin reads {', '.join(READ_FORMATS)}, and this is {spec.file_format}"
        return Found(spec, (f"Report {spec.name}: {told}",))
    files = matching(source / spec.base_directory, spec.files)
    if not files:
        return Found(spec, (f"Report {spec.name}: no file matches {', '.join(spec.files)}",))
    cases: list[junit.Case] = []
    unread: list[str] = []
    for name, path in files.items():
        try:
            cases += junit.cases(path, name)
        except (ElementTree.ParseError, OSError, ValueError) as error:
            unread.append(f"Report {spec.name}: {name} cannot be read: {error}")
    told_cases = tuple(cases) if len(unread) < len(files) else None
    return Found(spec, (*unread, *_told(spec.name, cases)), told_cases)


def _told(name: str, cases: list[junit.Case]) -> Iterator[str]:
    failed = [case for case in cases if case.status in (junit.FAILED, junit.ERROR)]
    skipped = sum(case.status == junit.SKIPPED for case in cases)
    yield f"Report {name}: {len(cases)} tests, {len(failed)} failed, {skipped} skipped"
    for case in failed[:_MOST_FAILURES]:
        yield f"Report {name}: failed: {case.whole_name}"

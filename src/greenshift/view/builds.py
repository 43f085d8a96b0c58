"""What builds did, and printed: the part of it a person needs when one failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from greenshift.contract.build_words import SAID, kit_said
from greenshift.reading.absence import unless_absent
from greenshift.reading.builds import Build, newest_builds, read_build, read_builds
from greenshift.reading.logs import read_stream
from greenshift.reading.reports import Report, read_failures, read_test_reports
from greenshift.view.model import BuildView, FailedTest, ReportView
from greenshift.view.moments import iso
from greenshift.view.npm_words import without_additions

_LINES_OF_A_COMMAND = 20
_FAILURES = 20


def read_builds_of(codebuild: Any, ids: Sequence[str]) -> tuple[BuildView, ...]:
    """These builds with their test reports, in this order; none for who may not read builds.

    Whose policy is from before reports were read sees everything else of a release as before.
    """
    with unless_absent("AccessDeniedException"):
        return tuple(
            replace(build_view(build), reports=_reports(codebuild, build))
            for build in read_builds(codebuild, ids)
        )
    return ()


def read_newest(codebuild: Any, project: str, limit: int) -> tuple[BuildView, ...]:
    """A project's latest builds, newest first, without their reports; none for who may not read them."""
    with unless_absent("AccessDeniedException", "ResourceNotFoundException"):
        ids = newest_builds(codebuild, project, limit)
        return tuple(build_view(build) for build in read_builds(codebuild, ids))
    return ()


def build_view(build: Build) -> BuildView:
    return BuildView(build.id, build.number, build.status, build.commit, iso(build.started), iso(build.ended))


def _reports(codebuild: Any, build: Build) -> tuple[ReportView, ...]:
    if not build.report_arns:
        return ()
    with unless_absent("AccessDeniedException"):
        found = read_test_reports(codebuild, build.report_arns)
        return tuple(_report(codebuild, each, build.id.partition(":")[0]) for each in found)
    return ()


def _report(codebuild: Any, report: Report, project: str) -> ReportView:
    counts = report.counts
    failed = counts.get("FAILED", 0) + counts.get("ERROR", 0)
    cases = read_failures(codebuild, report.arn, _FAILURES) if failed else ()
    return ReportView(
        name=report.group_arn.rpartition("/")[2].removeprefix(f"{project}-"),
        status=report.status,
        total=report.total,
        passed=counts.get("SUCCEEDED", 0),
        failed=failed,
        skipped=counts.get("SKIPPED", 0),
        seconds=report.seconds,
        failures=tuple(FailedTest(case.name, case.status, case.message) for case in cases),
    )


def log_lines(codebuild: Any, logs: Any, build_id: str) -> list[str]:
    """The whole log of a build, oldest line first; empty when it has none."""
    build = read_build(codebuild, build_id)
    if build is None or build.log is None:
        return []
    events, _ = read_stream(logs, build.log)
    return [event.text for event in events]


def failing_part(lines: list[str], at_most: int = 40) -> list[str]:
    """The command that failed, its last lines, and the last word on it.

    Where the build kit ran it, its own words: ``[charge] npm test``, the output, ``Build failed: …``. Else
    CodeBuild's, which names the command in "Running command …" before its output and in "Command did not exit
    successfully …" after it (CodeBuild user guide: "View build details"). Of npm's errors the cause is told.
    """
    lines = without_additions(lines)
    kit = next((i for i, line in enumerate(lines) if line.startswith(SAID)), None)
    if kit is not None:
        return _of_the_kit(lines[: kit + 1])
    failed = next((i for i, line in enumerate(lines) if "Command did not exit successfully" in line), None)
    if failed is None:
        return lines[-at_most:]
    started = next((i for i in range(failed, -1, -1) if "Running command" in lines[i]), 0)
    return _cut(lines[started : failed + 1], at_most)


def _of_the_kit(lines: list[str]) -> list[str]:
    """From the line in which the kit named the command, such as ``[charge] npm test``."""
    reason = kit_said(lines)
    started = next(
        (i for i in range(len(lines) - 2, -1, -1) if lines[i] and reason.startswith(f"{lines[i]}: ")), None
    )
    if started is None:
        return lines[-1:]
    return _cut(lines[started:], _LINES_OF_A_COMMAND + 3)


def _cut(part: list[str], at_most: int) -> list[str]:
    return part if len(part) <= at_most else [part[0], "…", *part[-(at_most - 2) :]]

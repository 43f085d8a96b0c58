"""Report groups and reports: made by builds, found and deleted through the API."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from greenshift.twin.codebuild.junit import Case
from greenshift.twin.codebuild.reports import Report, ReportGroup


@dataclass
class ReportStore:
    """Touched on the event loop only. ``prefix`` is ``arn:aws:codebuild:<region>:<account>``."""

    kept: ClassVar[tuple[str, ...]] = ("groups", "reports")

    prefix: str
    groups: dict[str, ReportGroup] = field(default_factory=dict)
    """By ARN, as ``reports``; oldest first."""
    reports: dict[str, Report] = field(default_factory=dict)

    def group_arn(self, project: str, written: str) -> str:
        """Of the name in a buildspec, which may be the ARN of a group that exists (buildspec reference)."""
        return written if written.startswith("arn:") else f"{self.prefix}:report-group/{project}-{written}"

    def named(self, name: str) -> str:
        return f"{self.prefix}:report-group/{name}"

    def add_group(self, arn: str, now: float) -> ReportGroup:
        self.groups[arn] = ReportGroup(arn.rpartition("/")[2], arn, now, now)
        return self.groups[arn]

    def add(self, group: ReportGroup, build: str, cases: Iterable[Case], now: float) -> Report:
        arn = f"{self.prefix}:report/{group.name}:{uuid.uuid4()}"
        self.reports[arn] = Report(arn, group.arn, build, now, tuple(cases))
        group.modified = now
        return self.reports[arn]

    def of_group(self, group: str) -> list[Report]:
        return [report for report in self.reports.values() if report.group == group]

    def delete_group(self, arn: str) -> None:
        for report in self.of_group(arn):
            del self.reports[report.arn]
        self.groups.pop(arn, None)

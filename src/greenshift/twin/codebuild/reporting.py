"""Brings what a build's reports tell into report groups, with the permissions of the build's role.

A group that does not exist is made by the build (user guide: "Create a report group"). The calls are
CodeBuild's own and public to nobody, their permissions are not: CreateReportGroup, CreateReport, UpdateReport
and BatchPutTestCases, all on the group (user guide: "Test report permissions").
"""

from __future__ import annotations

from greenshift.twin.aws import Aws
from greenshift.twin.callers.principal import Principal
from greenshift.twin.codebuild.errors import PhaseFailure, client_error
from greenshift.twin.codebuild.model import Build
from greenshift.twin.codebuild.report_store import ReportStore
from greenshift.twin.codebuild.reports import Found, ReportGroup
from greenshift.twin.service import ServiceError

_FILLING = ("CreateReport", "UpdateReport", "BatchPutTestCases")


class Reporting:
    """For one build; ``role`` is who it runs as."""

    def __init__(self, store: ReportStore, aws: Aws, role: Principal, build: Build) -> None:
        self._store = store
        self._aws = aws
        self._role = role
        self._build = build

    async def keep(self, found: Found, now: float) -> None:
        """Without a permission the phase fails in the words of AWS, as a reader of its log knows them."""
        if found.cases is None:
            return
        arn = self._store.group_arn(self._build.settings.project, found.spec.name)
        group = self._store.groups.get(arn) or await self._made(found, arn, now)
        for operation in _FILLING:
            await self._admit(found, operation, arn, "creating report")
        report = self._store.add(group, self._build.arn, found.cases, now)
        self._build.reports.append(report.arn)

    async def _made(self, found: Found, arn: str, now: float) -> ReportGroup:
        if found.spec.name.startswith("arn:"):
            raise _failure(found, f"report group {arn} does not exist")
        await self._admit(found, "CreateReportGroup", arn, "creating report group")
        return self._store.add_group(arn, now)

    async def _admit(self, found: Found, operation: str, arn: str, doing: str) -> None:
        try:
            await self._aws.admit(self._role, "codebuild", operation, {"reportGroupArn": arn})
        except ServiceError as error:
            raise _failure(found, f"error {doing}: {error.code}: {error.message}") from None


def _failure(found: Found, why: str) -> PhaseFailure:
    return client_error(f"Error in UPLOAD_ARTIFACTS phase: [{found.spec.name}: [{why}]]")

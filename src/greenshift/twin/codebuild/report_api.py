"""The operations on report groups and reports. Builds make reports, and the groups that are not there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from greenshift.twin.codebuild.errors import invalid_input, report_group_not_found, report_not_found
from greenshift.twin.codebuild.junit import STATUSES, Case
from greenshift.twin.codebuild.report_store import ReportStore
from greenshift.twin.codebuild.reports import Report, ReportGroup
from greenshift.twin.service import CallContext, Request, Response, Service, ServiceError, operation
from greenshift.twin.wire import paging

_PAGE = 100
_KEPT_SECONDS = 30 * 86_400.0
"""User guide, "Test reports": a report expires 30 days after it was made."""
_ORDERS = {"NAME": "name", "CREATED_TIME": "created", "LAST_MODIFIED_TIME": "modified"}


class ReportOperations(Service):
    """``_reports`` is where builds put them, too."""

    _reports: ReportStore

    @operation
    def create_report_group(self, context: CallContext, request: Request) -> Response:
        arn = self._reports.named(request["name"])
        if arn in self._reports.groups:
            raise ServiceError("ResourceAlreadyExistsException", f"Report group already exists: {arn}")
        _check_export(request["exportConfig"])
        group = self._reports.add_group(arn, self.world.clock.time())
        group.type, group.export = request["type"], request["exportConfig"]
        group.tags = request.get("tags", ())
        return {"reportGroup": _group(group)}

    @operation
    def update_report_group(self, context: CallContext, request: Request) -> Response:
        group = self._reports.groups.get(request["arn"])
        if group is None:
            raise report_group_not_found(request["arn"])
        if "exportConfig" in request:
            _check_export(request["exportConfig"])
            group.export = request["exportConfig"]
        group.tags = request.get("tags", group.tags)
        group.modified = self.world.clock.time()
        return {"reportGroup": _group(group)}

    @operation
    def batch_get_report_groups(self, context: CallContext, request: Request) -> Response:
        found = {arn: self._reports.groups.get(arn) for arn in request["reportGroupArns"]}
        return {
            "reportGroups": [_group(group) for group in found.values() if group is not None],
            "reportGroupsNotFound": [arn for arn, group in found.items() if group is None],
        }

    @operation
    def batch_get_reports(self, context: CallContext, request: Request) -> Response:
        found = {arn: self._report_of(arn) for arn in request["reportArns"]}
        return {
            "reports": [_report(report) for report in found.values() if report is not None],
            "reportsNotFound": [arn for arn, report in found.items() if report is None],
        }

    @operation
    def list_report_groups(self, context: CallContext, request: Request) -> Response:
        """Sorted by creation, oldest first, where the request does not say (the default is unverified)."""
        order = _ORDERS[request.get("sortBy", "CREATED_TIME")]
        groups = sorted(self._reports.groups.values(), key=lambda group: getattr(group, order))
        arns = [group.arn for group in groups]
        return _page("reportGroups", arns, request, request.get("sortOrder") == "DESCENDING")

    @operation
    def list_reports(self, context: CallContext, request: Request) -> Response:
        return self._listed(self._reports.reports.values(), request)

    @operation
    def list_reports_for_report_group(self, context: CallContext, request: Request) -> Response:
        arn = request["reportGroupArn"]
        if arn not in self._reports.groups:
            raise report_group_not_found(arn)
        return self._listed(self._reports.of_group(arn), request)

    @operation
    def describe_test_cases(self, context: CallContext, request: Request) -> Response:
        report = self._report_of(request["reportArn"])
        if report is None:
            raise report_not_found(request["reportArn"])
        cases = list(_filtered(report.cases, request.get("filter", {})))
        return _page("testCases", [_case(report, case) for case in cases], request, False)

    @operation
    def delete_report(self, context: CallContext, request: Request) -> Response:
        self._reports.reports.pop(request["arn"], None)
        return {}

    @operation
    def delete_report_group(self, context: CallContext, request: Request) -> Response:
        """One with reports is deleted with ``deleteReports`` only (API reference)."""
        if not request.get("deleteReports") and self._reports.of_group(request["arn"]):
            raise invalid_input(f"Report group {request['arn']} has reports: set deleteReports")
        self._reports.delete_group(request["arn"])
        return {}

    def _report_of(self, arn: str) -> Report | None:
        found = self._reports.reports.get(arn)
        if found is not None and self.world.clock.time() >= found.created + _KEPT_SECONDS:
            del self._reports.reports[arn]
            return None
        return found

    def _listed(self, reports: Iterable[Report], request: Request) -> Response:
        wanted = request.get("filter", {}).get("status")
        arns = [
            each.arn for each in list(reports) if self._report_of(each.arn) and wanted in (None, each.status)
        ]
        return _page("reports", arns, request, request.get("sortOrder", "DESCENDING") == "DESCENDING")


def _filtered(cases: Iterable[Case], wanted: Request) -> Iterable[Case]:
    status, keyword = wanted.get("status"), wanted.get("keyword", "")
    return (case for case in cases if status in (None, case.status) and keyword in case.whole_name)


def _page(member: str, items: list[Any], request: Request, backwards: bool) -> Response:
    if backwards:
        items.reverse()
    token, size = request.get("nextToken"), request.get("maxResults", _PAGE)
    shown, following = paging.page(
        items, token, size, lambda: invalid_input(f"nextToken {token!r} is not one this service gave")
    )
    return {member: shown, **({"nextToken": following} if following else {})}


def _check_export(config: Request) -> None:
    """The raw files stay where builds write them: the twin exports none."""
    if config.get("exportConfigType", "NO_EXPORT") != "NO_EXPORT":
        raise invalid_input("the twin keeps reports and exports no files: set exportConfigType NO_EXPORT")


def _group(group: ReportGroup) -> dict[str, Any]:
    return {
        "arn": group.arn,
        "name": group.name,
        "type": group.type,
        "exportConfig": group.export,
        "created": _time(group.created),
        "lastModified": _time(group.modified),
        "tags": list(group.tags),
        "status": "ACTIVE",
    }


def _report(report: Report) -> dict[str, Any]:
    counts = {status: sum(case.status == status for case in report.cases) for status in STATUSES}
    return {
        "arn": report.arn,
        "type": "TEST",
        "name": report.arn.rpartition("/")[2],
        "reportGroupArn": report.group,
        "executionId": report.build,
        "status": report.status,
        "created": _time(report.created),
        "expired": _time(report.created + _KEPT_SECONDS),
        "exportConfig": {"exportConfigType": "NO_EXPORT"},
        "truncated": False,
        "testSummary": {
            "total": len(report.cases),
            "statusCounts": counts,
            "durationInNanoSeconds": sum(_nanoseconds(case) for case in report.cases),
        },
    }


def _case(report: Report, case: Case) -> dict[str, Any]:
    return {
        "reportArn": report.arn,
        "testRawDataPath": case.file,
        "prefix": case.suite,
        "name": case.name,
        "testSuiteName": case.suite,
        "status": case.status,
        "durationInNanoSeconds": _nanoseconds(case),
        "message": case.message,
        "expired": _time(report.created + _KEPT_SECONDS),
    }


def _nanoseconds(case: Case) -> int:
    return int(case.seconds * 1e9)


def _time(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, UTC)

"""CodeBuild's test reports: how many tests passed, and which did not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# API reference: BatchGetReports takes at most 100 ARNs, DescribeTestCases answers at most 100 cases.
_PAGE = 100
_NOT_PASSED = ("FAILED", "ERROR")


@dataclass(frozen=True)
class Case:
    name: str
    status: str
    message: str


@dataclass(frozen=True)
class Report:
    """``counts``: tests by status (SUCCEEDED, FAILED, ERROR, SKIPPED, UNKNOWN)."""

    arn: str
    group_arn: str
    status: str
    total: int
    counts: Mapping[str, int]
    seconds: float


def read_test_reports(client: Any, arns: Sequence[str]) -> tuple[Report, ...]:
    """In the order of the ARNs; without those that are forgotten (after 30 days) and those of coverage."""
    found: dict[str, Report] = {}
    for start in range(0, len(arns), _PAGE):
        answer = client.batch_get_reports(reportArns=list(arns[start : start + _PAGE]))
        found |= {each["arn"]: _report(each) for each in answer["reports"] if each.get("type") == "TEST"}
    return tuple(found[arn] for arn in arns if arn in found)


def read_failures(client: Any, arn: str, limit: int) -> tuple[Case, ...]:
    """The first tests of a report that did not pass, at most ``limit``, of at most 100 of each status."""
    found: list[Case] = []
    for status in _NOT_PASSED:
        if len(found) < limit:
            answer = client.describe_test_cases(
                reportArn=arn, filter={"status": status}, maxResults=min(limit - len(found), _PAGE)
            )
            found += [_case(each) for each in answer["testCases"]]
    return tuple(found)


def _report(found: Mapping[str, Any]) -> Report:
    summary = found.get("testSummary", {})
    return Report(
        arn=found["arn"],
        group_arn=found.get("reportGroupArn", ""),
        status=found.get("status", ""),
        total=summary.get("total", 0),
        counts=summary.get("statusCounts", {}),
        seconds=summary.get("durationInNanoSeconds", 0) / 1e9,
    )


def _case(found: Mapping[str, Any]) -> Case:
    name = ".".join(part for part in (found.get("prefix"), found.get("name")) if part)
    return Case(name, found.get("status", ""), found.get("message", ""))

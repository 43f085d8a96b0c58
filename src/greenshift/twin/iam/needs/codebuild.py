"""CodeBuild: all is asked of the project, whose name a build's id starts with, or of a report group."""

from __future__ import annotations

from collections.abc import Iterable

from greenshift.twin.iam.needs.contract import (
    Find,
    Parameters,
    Place,
    both,
    everything,
    on,
    pass_role,
    texts,
)


def _arn(place: Place, name_or_arn: str) -> str:
    return place.or_arn("codebuild", "project/{}", name_or_arn)


def _of_build(place: Place, build: str) -> str:
    """``shop-build:0b1c…`` or the build's ARN -> the project's ARN."""
    name = build.rsplit("/", 1)[-1].partition(":")[0]
    return place.arn("codebuild", f"project/{name}")


def _build(parameters: Parameters, place: Place) -> str:
    return _of_build(place, str(parameters.get("id", "")))


def _builds(parameters: Parameters, place: Place) -> Iterable[str]:
    return sorted({_of_build(place, each) for each in texts(parameters.get("ids"))})


def _named(parameters: Parameters, place: Place) -> str:
    return _arn(place, str(parameters.get("name") or parameters.get("projectName") or ""))


def _projects(parameters: Parameters, place: Place) -> Iterable[str]:
    return [_arn(place, each) for each in texts(parameters.get("names"))]


def _groups(parameters: Parameters, place: Place) -> Iterable[str]:
    """Report groups, and of reports the groups they are in: permissions name groups only."""
    given = [parameters.get(name) for name in ("reportGroupArn", "reportArn", "arn", "name")]
    named = [*given, *texts(parameters.get("reportGroupArns")), *texts(parameters.get("reportArns"))]
    return sorted({_group(place, str(each)) for each in named if each})


def _group(place: Place, arn: str) -> str:
    """``…:report/shop-unit:0b1c…`` -> ``…:report-group/shop-unit``."""
    name = arn.rsplit("/", 1)[-1].partition(":")[0]
    return place.arn("codebuild", f"report-group/{name}")


_PASSING = pass_role("serviceRole", "codebuild")

TABLE: dict[str, Find] = {
    **on("codebuild", _named, "StartBuild", "ListBuildsForProject", "DeleteProject"),
    **{
        name: both(find, _PASSING)
        for name, find in on("codebuild", _named, "CreateProject", "UpdateProject").items()
    },
    **on("codebuild", _build, "StopBuild", "RetryBuild"),
    **on("codebuild", _builds, "BatchGetBuilds"),
    **on("codebuild", _projects, "BatchGetProjects"),
    **on("codebuild", everything, "ListBuilds", "ListCuratedEnvironmentImages", "ListProjects"),
    **on("codebuild", everything, "ListReportGroups", "ListReports"),
    **on("codebuild", _groups, "BatchGetReportGroups", "BatchGetReports", "DescribeTestCases"),
    **on("codebuild", _groups, "DeleteReport", "DeleteReportGroup", "ListReportsForReportGroup"),
    # Asked for by builds, and no operation of the API except CreateReportGroup.
    **on("codebuild", _groups, "CreateReportGroup", "CreateReport", "UpdateReport", "BatchPutTestCases"),
    **on("codebuild", _groups, "UpdateReportGroup"),
}

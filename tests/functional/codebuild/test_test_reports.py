"""What a build's reports tell becomes reports of CodeBuild's, as far as the build's role may make them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from greenshift.view.builds import read_builds_of, read_newest

XML = (
    "<testsuites><testsuite name='s'><testcase classname='shop' name='sells' time='0.25'/>"
    "<testcase classname='shop' name='breaks' time='1.5'>"
    "<failure message='2 is not 3'>trace</failure></testcase>"
    "<testcase classname='shop' name='raises'><error>KeyError</error></testcase>"
    "<testcase name='later'><skipped/></testcase></testsuite></testsuites>"
)
GOOD = "<testsuite><testcase classname='shop' name='sells' time='0.25'/></testsuite>"


def spec(xml: str, name: str = "unit") -> str:
    return json.dumps(
        {
            "version": "0.2",
            "phases": {"build": {"commands": [f'echo "{xml}" > found.xml']}},
            "reports": {name: {"files": ["*.xml"]}},
        }
    )


@pytest.fixture(scope="module")
def told(builds: Any) -> dict[str, Any]:
    """A build whose tests failed, though its command did not."""
    return dict(builds.run(spec(XML)))


def report_of(builds: Any, build: dict[str, Any]) -> dict[str, Any]:
    [report] = builds.codebuild.batch_get_reports(reportArns=build["reportArns"])["reports"]
    return dict(report)


def test_a_report_counts_its_tests_and_fails_no_build(builds: Any, told: dict[str, Any]) -> None:
    report = report_of(builds, told)

    assert told["buildStatus"] == "SUCCEEDED"
    assert (report["status"], report["executionId"]) == ("FAILED", told["arn"])
    assert report["reportGroupArn"].endswith(f":report-group/{told['projectName']}-unit")
    assert report["testSummary"] == {
        "total": 4,
        "statusCounts": {"SUCCEEDED": 1, "FAILED": 1, "ERROR": 1, "SKIPPED": 1, "UNKNOWN": 0},
        "durationInNanoSeconds": 1_750_000_000,
    }
    assert (report["expired"] - report["created"]).days == 30


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({}, ["sells", "breaks", "raises", "later"]),
        ({"status": "FAILED"}, ["breaks"]),
        ({"keyword": "shop.s"}, ["sells"]),
    ],
)
def test_its_cases_are_described(
    builds: Any, told: dict[str, Any], wanted: dict[str, str], names: list[str]
) -> None:
    pages = builds.codebuild.get_paginator("describe_test_cases").paginate(
        reportArn=told["reportArns"][0], filter=wanted, PaginationConfig={"PageSize": 2}
    )
    cases = [case for page in pages for case in page["testCases"]]

    assert [case["name"] for case in cases] == names
    assert {case["message"] for case in cases if case["name"] in ("breaks", "raises")} <= {
        "2 is not 3",
        "KeyError",
    }
    assert {case["testRawDataPath"] for case in cases} == {"found.xml"}


def test_a_group_has_the_reports_of_all_builds_newest_first(builds: Any) -> None:
    project = builds.project(spec(GOOD))
    first, second = (builds.wait(builds.start(project)) for _ in range(2))
    group = report_of(builds, first)["reportGroupArn"]

    listed = builds.codebuild.list_reports_for_report_group(reportGroupArn=group)["reports"]
    [told] = builds.codebuild.batch_get_report_groups(reportGroupArns=[group])["reportGroups"]

    assert listed == [*second["reportArns"], *first["reportArns"]]
    assert set(listed) <= set(builds.codebuild.list_reports(filter={"status": "SUCCEEDED"})["reports"])
    assert group in builds.codebuild.list_report_groups()["reportGroups"]
    assert (told["name"], told["type"]) == (f"{project}-unit", "TEST")


def test_the_view_reads_every_build_with_its_tests(builds: Any, told: dict[str, Any]) -> None:
    [seen] = read_builds_of(builds.codebuild, [told["id"]])
    [newest] = read_newest(builds.codebuild, told["projectName"], 5)
    [report] = seen.reports

    assert (newest.id, newest.number, newest.status) == (told["id"], told["buildNumber"], "SUCCEEDED")
    assert newest.reports == ()
    assert (report.name, report.status, report.seconds) == ("unit", "FAILED", 1.75)
    assert (report.total, report.passed, report.failed, report.skipped) == (4, 1, 2, 1)
    assert [(test.name, test.status, test.message) for test in report.failures] == [
        ("shop.breaks", "FAILED", "2 is not 3"),
        ("shop.raises", "ERROR", "KeyError"),
    ]


def test_a_group_with_reports_is_deleted_with_them_only(builds: Any) -> None:
    build = builds.run(spec(GOOD))
    group = report_of(builds, build)["reportGroupArn"]
    with pytest.raises(ClientError, match="deleteReports"):
        builds.codebuild.delete_report_group(arn=group)

    builds.codebuild.delete_report_group(arn=group, deleteReports=True)

    assert builds.codebuild.batch_get_reports(reportArns=build["reportArns"])["reportsNotFound"]
    with pytest.raises(ClientError) as error:
        builds.codebuild.list_reports_for_report_group(reportGroupArn=group)
    assert error.value.response["Error"]["Code"] == "ResourceNotFoundException"


@pytest.mark.parametrize(
    ("allowed", "doing"),
    [
        ([], "creating report group: AccessDeniedException"),
        (["codebuild:CreateReportGroup"], "creating report: AccessDeniedException"),
    ],
)
def test_a_role_that_may_not_report_fails_the_phase_as_on_aws(
    builds: Any, allowed: list[str], doing: str
) -> None:
    iam = builds.twin.client("iam")
    name = f"silent-{len(allowed)}"
    trust = iam.get_role(RoleName="build")["Role"]["AssumeRolePolicyDocument"]
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": ["logs:*", *allowed], "Resource": "*"}],
    }
    policy = iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(document))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName=name, PolicyArn=policy)

    project = builds.project(spec(GOOD))
    builds.codebuild.update_project(name=project, serviceRole=role)
    build = builds.wait(builds.start(project))

    [phase] = [each for each in build["phases"] if each["phaseType"] == "UPLOAD_ARTIFACTS"]
    assert (build["buildStatus"], phase["contexts"][0]["statusCode"]) == ("FAILED", "CLIENT_ERROR")
    assert f"Error in UPLOAD_ARTIFACTS phase: [unit: [error {doing}" in phase["contexts"][0]["message"]
    assert "reportArns" not in build

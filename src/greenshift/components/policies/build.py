"""What CodeBuild's role may do: write its log and test reports, read and write artifacts. Nothing on Lambda
or CodeDeploy: the build runs the repository's code and must not be able to deploy."""

from __future__ import annotations

from collections.abc import Sequence

from greenshift.components.policies.images import pushing
from greenshift.contract.arns import Arns
from greenshift.contract.names import Names, codebuild_log_group
from greenshift.contract.policies import Statement, write_policy

TESTS = ("codebuild:BatchPutTestCases", "codebuild:CreateReport", "codebuild:UpdateReport")
REPORTS = (*TESTS, "codebuild:BatchPutCodeCoverages", "codebuild:CreateReportGroup")
"""User guide, "Test report permissions"."""


def build_policy(names: Names, arns: Arns, images: Sequence[str] = (), *, own_buildspec: bool = False) -> str:
    """``images`` are the keys of the functions whose images it pushes: into their repositories alone.

    ``own_buildspec``: one of the repository's, whose reports may have names and kinds of their own.
    """
    # The group is the stack's own, so there is no logs:CreateLogGroup: destroy leaves nothing behind.
    group = arns.log_group(codebuild_log_group(names.build_project))
    bucket = arns.bucket(names.bucket(arns.account, arns.region))
    return write_policy(
        Statement(
            sid="Log",
            actions=["logs:CreateLogStream", "logs:PutLogEvents"],
            resources=[group, f"{group}:*"],
        ),
        Statement(
            sid="Artifacts",
            actions=["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
            resources=[f"{bucket}/*"],
        ),
        Statement(
            sid="ArtifactBucket",
            actions=["s3:GetBucketAcl", "s3:GetBucketLocation"],
            resources=[bucket],
        ),
        *pushing(names, arns, images),
        _own_reports(names, arns) if own_buildspec else _tests(names, arns),
    )


def _tests(names: Names, arns: Arns) -> Statement:
    """The group is the stack's own: a build fills it, and makes no other."""
    return Statement(sid="Tests", actions=list(TESTS), resources=[arns.report_group(names.test_reports)])


def _own_reports(names: Names, arns: Arns) -> Statement:
    # A plain name in a buildspec is the group <project>-<name> (user guide: "Report group naming").
    group = arns.report_group(f"{names.build_project}-*")
    return Statement(sid="Reports", actions=sorted(REPORTS), resources=[group])

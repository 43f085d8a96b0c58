"""What CodePipeline's role may do: move artifacts, read the source, start the build, call the controller."""

from __future__ import annotations

from collections.abc import Sequence

from greenshift.contract.arns import Arns
from greenshift.contract.names import Names
from greenshift.contract.policies import Statement, write_policy


def pipeline_policy(
    names: Names,
    arns: Arns,
    *,
    connection_arn: str | None,
    source_bucket: str | None,
) -> str:
    bucket = arns.bucket(names.bucket(arns.account, arns.region))
    statements = [
        Statement(
            sid="Artifacts",
            actions=["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:PutObjectAcl"],
            resources=[f"{bucket}/*"],
        ),
        Statement(
            sid="ArtifactBucket",
            actions=["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning", "s3:ListBucket"],
            resources=[bucket],
        ),
        Statement(
            sid="Build",
            actions=["codebuild:StartBuild", "codebuild:BatchGetBuilds"],
            resources=[arns.build_project(names.build_project)],
        ),
        Statement(
            sid="Controller",
            actions=["lambda:InvokeFunction"],
            resources=[arns.function(names.controller)],
        ),
    ]
    if connection_arn is not None:
        statements.append(_connection(connection_arn))
    if source_bucket is not None:
        statements += _source_bucket(arns.bucket(source_bucket))
    return write_policy(*statements)


def _connection(arn: str) -> Statement:
    """Both prefixes: connections exist under both, and the action is checked under its ARN's own."""
    return Statement(
        sid="Connection",
        actions=["codeconnections:UseConnection", "codestar-connections:UseConnection"],
        resources=[arn],
    )


def _source_bucket(bucket: str) -> list[Statement]:
    return [
        Statement(sid="Source", actions=["s3:GetObject", "s3:GetObjectVersion"], resources=[f"{bucket}/*"]),
        Statement(
            sid="SourceBucket",
            actions=["s3:GetBucketLocation", "s3:GetBucketVersioning", "s3:ListBucket"],
            resources=[bucket],
        ),
    ]


def approval_statements(names: Names, arns: Arns) -> list[Statement]:
    """For the controller and the recorder, where a person stands between two waves: a release that ended
    there leaves no question open."""
    pipeline = arns.pipeline(names.pipeline)
    return [
        Statement(sid="Questions", actions=["codepipeline:GetPipelineState"], resources=[pipeline]),
        Statement(
            sid="Answers", actions=["codepipeline:PutApprovalResult"], resources=[f"{pipeline}/Shift/*"]
        ),
    ]


def execution_statement(names: Names, arns: Arns, operations: Sequence[str]) -> Statement:
    """For the controller and the recorder: what started an execution, and which action failed."""
    return Statement(
        sid="Execution",
        actions=[f"codepipeline:{operation}" for operation in operations],
        resources=[arns.pipeline(names.pipeline)],
    )

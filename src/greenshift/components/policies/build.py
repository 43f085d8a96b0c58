"""What CodeBuild's role may do: write its log, read and write artifacts. Nothing on Lambda or CodeDeploy:
the build runs the repository's code and must not be able to deploy."""

from __future__ import annotations

from greenshift.components.arns import Arns
from greenshift.components.names import Names, codebuild_log_group
from greenshift.components.policies.document import Statement, document


def build_policy(names: Names, arns: Arns) -> str:
    # The group is the stack's own, so there is no logs:CreateLogGroup: destroy leaves nothing behind.
    group = arns.log_group(codebuild_log_group(names.build_project))
    bucket = arns.bucket(names.bucket(arns.account, arns.region))
    return document(
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
    )

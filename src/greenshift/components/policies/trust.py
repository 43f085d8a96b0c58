"""Who may assume a role: one AWS service, and only on behalf of our account (the confused deputy).

``aws:SourceArn`` is added where the service's user guide shows it in a trust policy. For CodeDeploy:
"Cross-service confused deputy prevention"; for CodeBuild: the same chapter of its guide. For Lambda and
CodePipeline no guide shows a condition in a trust policy, so theirs can be left out (`trustSourceAccount`).
"""

from __future__ import annotations

from greenshift.contract.arns import Arns
from greenshift.contract.policies import Condition, Statement, write_policy


def lambda_trust(arns: Arns, *, by_account: bool = True) -> str:
    return _trust("lambda.amazonaws.com", arns, by_account=by_account)


def pipeline_trust(arns: Arns, *, by_account: bool = True) -> str:
    return _trust("codepipeline.amazonaws.com", arns, by_account=by_account)


def build_trust(arns: Arns, project: str) -> str:
    return _trust(
        "codebuild.amazonaws.com", arns, {"ArnLike": {"aws:SourceArn": arns.build_project(project)}}
    )


def codedeploy_trust(arns: Arns, application: str) -> str:
    groups = arns.deployment_group(application, "*")
    return _trust("codedeploy.amazonaws.com", arns, {"StringLike": {"aws:SourceArn": groups}})


def scheduler_trust(arns: Arns) -> str:
    """Scheduler's user guide, "Confused deputy prevention"."""
    return _trust("scheduler.amazonaws.com", arns)


def _trust(service: str, arns: Arns, source: Condition | None = None, *, by_account: bool = True) -> str:
    account = {"StringEquals": {"aws:SourceAccount": arns.account}} if by_account else {}
    return write_policy(
        Statement(
            sid="ServiceActsForThisAccount",
            principal={"Service": service},
            actions=["sts:AssumeRole"],
            condition={**account, **(source or {})},
        )
    )

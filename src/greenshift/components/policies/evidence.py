"""Permissions that no run on the twin uses, each with why it is there all the same.

Every other permission of our policies is proved: take it away, and something a real run did is refused. The
test that proves it (``tests/functional/iam``) also fails when a row here has become needless.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Unproved:
    """One action of one principal's policy, and the reason nothing on the twin asks for it."""

    principal: str
    action: str
    reason: str


_VERSIONED = "AWS reads objects of a versioned bucket by version (user guide: service role)"
_EITHER = "connections exist under two ARN prefixes, each with its own; on the twin either one serves"
_LOST = "looks for a deployment whose CreateDeployment was never answered: only after an interruption"
_NO_APPSPEC = "AWS may leave the AppSpec's content out of GetDeployment; then the deployment's target tells"

_LAMBDA_ONLY = "Lambda itself uses it, and the twin has no networks"

UNPROVED = (
    Unproved("pipeline", "s3:GetObjectVersion", _VERSIONED),
    Unproved("pipeline", "s3:GetBucketAcl", "CodePipeline's minimum service role has it (user guide)"),
    Unproved("pipeline", "s3:GetBucketLocation", "CodePipeline asks where the artifact store is"),
    Unproved("pipeline", "s3:ListBucket", "without it S3 answers 403 for a missing object, not 404"),
    Unproved("pipeline", "codeconnections:UseConnection", _EITHER),
    Unproved("pipeline", "codestar-connections:UseConnection", _EITHER),
    Unproved("build", "s3:GetObjectVersion", _VERSIONED),
    Unproved("build", "s3:GetBucketAcl", "CodeBuild looks who owns the bucket (user guide: service role)"),
    Unproved(
        "build", "s3:GetBucketLocation", "CodeBuild asks where the bucket is (user guide: service role)"
    ),
    Unproved("controller", "codedeploy:ListDeployments", _LOST),
    Unproved("recorder", "codedeploy:ListDeployments", _LOST),
    *(
        Unproved("function", f"ec2:{name}", _LAMBDA_ONLY)
        for name in (
            *("AssignPrivateIpAddresses", "CreateNetworkInterface", "DeleteNetworkInterface"),
            *("DescribeNetworkInterfaces", "DescribeSubnets", "UnassignPrivateIpAddresses"),
        )
    ),
    Unproved("hook", "codedeploy:GetDeploymentTarget", _NO_APPSPEC),
    Unproved("hook", "codedeploy:ListDeploymentTargets", _NO_APPSPEC),
)


def reason(principal: str, action: str) -> str | None:
    """Why an action is there though nothing on the twin asks for it; None for a proved one."""
    found = (row.reason for row in UNPROVED if (row.principal, row.action) == (principal, action))
    return next(found, None)

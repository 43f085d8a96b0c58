"""What container images take: a build pushes, a release hands on, a first image is put, Lambda pulls.

ECR user guide, "Pushing an image"; Lambda developer guide, "Amazon ECR permissions". A login token knows no
resource (Service Authorization Reference, ECR).
"""

from __future__ import annotations

from collections.abc import Sequence

from greenshift.components.policies.logs import log_statement
from greenshift.contract.arns import Arns
from greenshift.contract.names import Names, lambda_log_group
from greenshift.contract.policies import Statement, write_policy

_PULL = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
_PUSH = (
    "ecr:BatchCheckLayerAvailability",
    "ecr:CompleteLayerUpload",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
)


def repositories(names: Names, arns: Arns, keys: Sequence[str]) -> list[str]:
    """The ARNs of the functions' repositories; of many functions all names of this stack."""
    if len(keys) > _LISTED:
        return [arns.repository(names.repositories)]
    return [arns.repository(names.repository(key)) for key in sorted(keys)]


# An ARN has up to 180 characters, a policy 6,144, and there is more to say in it.
_LISTED = 10


def pushing(names: Names, arns: Arns, keys: Sequence[str]) -> list[Statement]:
    """Build: looks whether the image of these sources is there, else builds it and pushes it."""
    if not keys:
        return []
    return [
        Statement(sid="LogInToImages", actions=["ecr:GetAuthorizationToken"], resources=["*"]),
        Statement(
            sid="Images",
            actions=sorted([*_PULL, *_PUSH, "ecr:DescribeImages"]),
            resources=repositories(names, arns, keys),
        ),
    ]


def handing_on(names: Names, arns: Arns, keys: Sequence[str]) -> list[Statement]:
    """Publish: UpdateFunctionCode looks at the image, and at who may pull it, as its caller."""
    if not keys:
        return []
    return [
        Statement(
            sid="Images",
            actions=sorted([*_PULL, "ecr:GetRepositoryPolicy"]),
            resources=repositories(names, arns, keys),
        )
    ]


def first_image_policy(names: Names, arns: Arns, keys: Sequence[str]) -> str:
    return write_policy(
        log_statement(arns, lambda_log_group(names.first_image)),
        Statement(sid="PutImages", actions=sorted(_PUSH), resources=repositories(names, arns, keys)),
    )


def repository_policy(function_arn: str) -> str:
    """Lambda pulls for this function and its versions alone (developer guide: the confused deputy)."""
    return write_policy(
        Statement(
            sid="LambdaECRImageRetrievalPolicy",
            principal={"Service": "lambda.amazonaws.com"},
            actions=list(_PULL),
            condition={"StringLike": {"aws:SourceArn": [function_arn, f"{function_arn}:*"]}},
        )
    )

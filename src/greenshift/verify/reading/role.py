"""A role: who may assume it, and everything its policies say."""

from __future__ import annotations

from dataclasses import dataclass

from greenshift.reading.documents import Statement, parse_document
from greenshift.verify.stack import Stack


@dataclass(frozen=True)
class Policy:
    """A managed policy in its default version."""

    arn: str
    statements: tuple[Statement, ...]

    @property
    def is_aws_managed(self) -> bool:
        return ":iam::aws:policy/" in self.arn

    @property
    def path(self) -> str:
        """``service-role/AWSLambdaBasicExecutionRole``, or just the name."""
        return self.arn.split(":policy/", 1)[1]


@dataclass(frozen=True, kw_only=True)
class Role:
    name: str
    account: str
    service: str
    """The AWS service that should be the one to assume it."""
    trust: tuple[Statement, ...]
    inline: tuple[str, ...]
    policies: tuple[Policy, ...]

    @property
    def own(self) -> tuple[Policy, ...]:
        """Customer-managed ones."""
        return tuple(policy for policy in self.policies if not policy.is_aws_managed)

    @property
    def aws_managed(self) -> tuple[Policy, ...]:
        return tuple(policy for policy in self.policies if policy.is_aws_managed)

    @property
    def statements(self) -> tuple[Statement, ...]:
        return tuple(statement for policy in self.policies for statement in policy.statements)


def read_role(stack: Stack, arn: str, service: str) -> Role:
    name = arn.rsplit("/", 1)[1]
    role = stack.aws.call("iam", "get_role", RoleName=name)["Role"]
    attached = stack.aws.pages("iam", "list_attached_role_policies", "AttachedPolicies", RoleName=name)
    return Role(
        name=name,
        account=stack.account,
        service=service,
        trust=parse_document(role["AssumeRolePolicyDocument"]),
        inline=tuple(stack.aws.pages("iam", "list_role_policies", "PolicyNames", RoleName=name)),
        policies=tuple(_policy(stack, each["PolicyArn"]) for each in attached),
    )


def _policy(stack: Stack, arn: str) -> Policy:
    version = stack.aws.call("iam", "get_policy", PolicyArn=arn)["Policy"]["DefaultVersionId"]
    found = stack.aws.call("iam", "get_policy_version", PolicyArn=arn, VersionId=version)
    return Policy(arn, parse_document(found["PolicyVersion"]["Document"]))

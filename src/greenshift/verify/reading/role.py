"""A role: who may assume it, and everything its policies say."""

from __future__ import annotations

from dataclasses import dataclass

from greenshift.contract.policies import Statement
from greenshift.reading import roles
from greenshift.reading.roles import Policy, read_policy
from greenshift.verify.stack import Stack


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
    found = stack.aws.read(roles.read_role, "iam", arn.rsplit("/", 1)[1])
    return Role(
        name=found.name,
        account=stack.arns.account,
        service=service,
        trust=found.trust,
        inline=found.inline,
        policies=tuple(stack.aws.read(read_policy, "iam", each) for each in found.attached),
    )

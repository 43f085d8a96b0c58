"""IAM and STS: a role's trust and policies, what a managed policy says, and which account answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from greenshift.contract.policies import Statement, parse_policy


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
    trust: tuple[Statement, ...]
    inline: tuple[str, ...]
    """The names of its inline policies."""
    attached: tuple[str, ...]
    """The ARNs of its managed ones."""


def read_role(client: Any, name: str) -> Role:
    """The role must exist."""
    found = client.get_role(RoleName=name)["Role"]
    attached = _pages(client, "list_attached_role_policies", "AttachedPolicies", name)
    return Role(
        name=name,
        trust=parse_policy(found["AssumeRolePolicyDocument"]),
        inline=tuple(_pages(client, "list_role_policies", "PolicyNames", name)),
        attached=tuple(each["PolicyArn"] for each in attached),
    )


def read_policy(client: Any, arn: str) -> Policy:
    version = client.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    found = client.get_policy_version(PolicyArn=arn, VersionId=version)
    return Policy(arn, parse_policy(found["PolicyVersion"]["Document"]))


def read_account(client: Any) -> str:
    """The account of the credentials STS is asked with."""
    return str(client.get_caller_identity()["Account"])


def _pages(client: Any, operation: str, member: str, role: str) -> Iterator[Any]:
    for page in client.get_paginator(operation).paginate(RoleName=role):
        yield from page[member]

"""One role per principal: the role, a customer-managed policy of its own, and what is attached to it.

Never an inline policy: a policy that is a resource can be seen, versioned and checked before it exists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from greenshift.components.context import StackContext


@dataclass(frozen=True, kw_only=True)
class ServiceRoleArgs:
    context: StackContext
    name: str
    description: str
    trust: str
    attached: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """ARNs of existing policies, by a short word for each."""
    policy_name: str = ""
    policy: pulumi.Input[str] | None = None
    """The document of the role's own policy; None when the attached ones are enough."""


@dataclass(frozen=True)
class ServiceRole:
    arn: pulumi.Input[str]
    attachments: list[pulumi.Resource]
    """What must be in place before the role can do its work: give it as ``depends_on``."""
    role: aws.iam.Role | None = None
    """The resource itself, where this stack has made it."""


def service_role(word: str, args: ServiceRoleArgs, parent: pulumi.Resource) -> ServiceRole:
    """Create ``<word>-role`` and all that belongs to it below ``parent``."""
    options = pulumi.ResourceOptions(parent=parent)
    role = aws.iam.Role(
        args.context.named(f"{word}-role"),
        name=args.name,
        description=args.description,
        assume_role_policy=args.trust,
        permissions_boundary=args.context.settings.permissions_boundary,
        tags=args.context.tags,
        opts=options,
    )
    attached = dict(args.attached)
    if args.policy is not None:
        attached["policy"] = _policy(word, args, options).arn
    attachments: list[pulumi.Resource] = [
        aws.iam.RolePolicyAttachment(
            args.context.named(f"{word}-{purpose}"), role=role.name, policy_arn=arn, opts=options
        )
        for purpose, arn in attached.items()
    ]
    return ServiceRole(role.arn, attachments, role)


def _policy(word: str, args: ServiceRoleArgs, options: pulumi.ResourceOptions) -> aws.iam.Policy:
    return aws.iam.Policy(
        args.context.named(f"{word}-policy"),
        name=args.policy_name,
        description=args.description,
        policy=args.policy or "",
        tags=args.context.tags,
        opts=options,
    )

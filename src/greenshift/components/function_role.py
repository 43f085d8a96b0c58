"""The role of one function: what every function of a stack may do, and what the program adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from greenshift.components.context import StackContext
from greenshift.components.function_args import PolicyInput, document_text
from greenshift.components.policies import managed
from greenshift.components.policies.trust import lambda_trust
from greenshift.components.service_role import ServiceRole, ServiceRoleArgs, service_role


@dataclass(frozen=True, kw_only=True)
class FunctionRoleArgs:
    """What the role of a function is made of (developer guide, "Execution role")."""

    context: StackContext
    key: str
    attached: Mapping[str, pulumi.Input[str]]
    """ARNs of the stack's own policies, each by a word."""
    tracing: bool
    given: Sequence[PolicyInput]
    """The program's own policies."""


def function_role(args: FunctionRoleArgs, parent: pulumi.Resource) -> ServiceRole:
    context, key = args.context, args.key
    tracing = {"tracing": context.arns.managed_policy(managed.TRACING)} if args.tracing else {}
    return service_role(
        key,
        ServiceRoleArgs(
            context=context,
            name=context.names.function_role(key),
            description=f"Lambda: runs {context.names.function(key)}",
            trust=lambda_trust(context.arns, by_account=context.settings.trust_source_account),
            attached={**args.attached, **tracing, **_given(args, parent)},
        ),
        parent,
    )


def _given(args: FunctionRoleArgs, parent: pulumi.Resource) -> dict[str, pulumi.Input[str]]:
    """The program's own: a document becomes a managed policy of the stack, never an inline one."""
    found: dict[str, pulumi.Input[str]] = {}
    for number, given in enumerate(args.given, 1):
        if isinstance(given, aws.iam.Policy):
            found[f"policy-{number}"] = given.arn
        elif isinstance(given, str) and given.startswith("arn:"):
            found[f"policy-{number}"] = given
        else:
            found[f"policy-{number}"] = _own_policy(args, number, document_text(given), parent)
    return found


def _own_policy(
    args: FunctionRoleArgs, number: int, text: pulumi.Input[str], parent: pulumi.Resource
) -> pulumi.Output[str]:
    names = args.context.names
    return aws.iam.Policy(
        args.context.named(f"{args.key}-own-policy-{number}"),
        name=names.policy(f"{args.key}-own-{number}"),
        description=f"What {names.function(args.key)} may do, as its program says",
        policy=text,
        tags=args.context.tags,
        opts=pulumi.ResourceOptions(parent=parent),
    ).arn

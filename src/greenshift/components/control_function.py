"""One of Greenshift's own Lambda functions: log group, role, function. Controller, recorder and both hooks
share one code archive and differ in handler, permissions and time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from greenshift.components.archives import release_archive
from greenshift.components.context import StackContext
from greenshift.components.log_group import log_group
from greenshift.components.manifests import targets_json
from greenshift.components.policies.trust import lambda_trust
from greenshift.components.service_role import ServiceRole, ServiceRoleArgs, service_role
from greenshift.contract.names import lambda_log_group
from greenshift.contract.runtimes import DEFAULT_RUNTIME


@dataclass(frozen=True, kw_only=True)
class ControlFunctionArgs:
    context: StackContext
    name: str
    description: str
    module: str
    """The module of ``greenshift.release`` whose ``handler`` runs."""
    attached: Mapping[str, pulumi.Input[str]]
    """ARNs of the policies of its role, by a short word for each."""
    memory: int
    ephemeral_storage: int | None = None
    environment: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class ControlFunction:
    function: aws.lambda_.Function
    role: ServiceRole


def control_function(word: str, args: ControlFunctionArgs, parent: pulumi.Resource) -> ControlFunction:
    context, release = args.context, args.context.settings.release
    logs = log_group(context, f"{word}-log-group", lambda_log_group(args.name), parent)
    role = _role(word, args, parent)
    function = aws.lambda_.Function(
        context.named(f"{word}-function"),
        name=args.name,
        description=args.description,
        role=role.arn,
        runtime=DEFAULT_RUNTIME["python"],
        handler=f"greenshift.release.{args.module}.handler",
        code=release_archive(
            targets_json(context.names, context.arns, context.settings, context.deployment_configs)
        ),
        memory_size=args.memory,
        ephemeral_storage={"size": args.ephemeral_storage} if args.ephemeral_storage else None,
        timeout=release.timeout,
        architectures=[release.architecture],
        environment={"variables": {"DEPLOYMENT_TABLE_NAME": context.names.ledger, **args.environment}},
        tags=context.tags,
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[logs, *role.attachments]),
    )
    return ControlFunction(function, role)


def _role(word: str, args: ControlFunctionArgs, parent: pulumi.Resource) -> ServiceRole:
    return service_role(
        word,
        ServiceRoleArgs(
            context=args.context,
            name=args.context.names.role(word),
            description=args.description,
            trust=lambda_trust(args.context.arns, by_account=args.context.settings.trust_source_account),
            attached=args.attached,
        ),
        parent,
    )

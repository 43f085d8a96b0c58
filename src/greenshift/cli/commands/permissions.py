"""``greenshift permissions``: what a stack's deployer must be allowed, as IAM policies."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError

from greenshift.cli.console.terminal import terminal
from greenshift.cli.options import StackOption
from greenshift.cli.project.workspace import Workspace
from greenshift.contract.names import Names
from greenshift.errors import UsageError
from greenshift.pulumi_cli.deployer import Deployed, deployer_policies
from greenshift.settings.images import images


class Policy(StrEnum):
    FOUNDATION = "foundation"
    DELIVERY = "delivery"


def permissions(
    policy: Annotated[
        Policy | None,
        typer.Argument(
            help="One of the two, alone, as `aws iam create-policy` takes it.", show_default=False
        ),
    ] = None,
    stack: StackOption = "local",
    account: Annotated[
        str, typer.Option("--account", help="The AWS account. Default: that of your credentials.")
    ] = "",
    region: Annotated[
        str, typer.Option("--region", help="The region. Default: the stack's `aws:region`.")
    ] = "",
) -> None:
    """Print what whoever runs `up` and `destroy` must be allowed, from the stack's real names.

    Two policies, as one would exceed IAM's size. Nothing has to be deployed yet, and nothing is asked of AWS
    but which account it is.

    \b
    Example:  greenshift permissions --stack prod
              greenshift permissions foundation --stack prod --account 123456789012 > foundation.json
    """
    workspace = Workspace.find(stack)
    project = workspace.project
    names = Names(project=project.name, stack=project.stack)
    has_images = bool(images(project.settings.functions))
    deployed = Deployed(names, account or _account(workspace), region or _region(workspace), has_images)
    found = deployer_policies(deployed)
    terminal.json(found if policy is None else found[policy.value])


def _region(workspace: Workspace) -> str:
    configured = workspace.project.config.get("aws:region") or os.environ.get("AWS_REGION")
    if configured:
        return str(configured)
    if workspace.is_on_twin:
        return workspace.twin().region
    raise UsageError(
        f"stack {workspace.stack!r} has no region",
        hint="set aws:region in its file, or say it with: --region",
    )


def _account(workspace: Workspace) -> str:
    try:
        return str(_sts(workspace).get_caller_identity()["Account"])
    except (BotoCoreError, ClientError) as error:
        raise UsageError(
            f"which account it is cannot be asked: {error}", hint="say it with: --account 123456789012"
        ) from error


def _sts(workspace: Workspace):  # type: ignore[no-untyped-def]  # boto3 has no types
    import boto3

    if workspace.is_on_twin:
        return workspace.clients(workspace.twin())("sts")
    return boto3.client("sts", region_name=_region(workspace))

"""The ``StackContext`` of the program that is running: its project and stack, account and region."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import pulumi
import pulumi_aws as aws
from pulumi.runtime import get_root_resource

from greenshift.components.context import StackContext
from greenshift.contract.arns import Arns
from greenshift.contract.names import Names
from greenshift.settings import Settings

# Root of a program -> the name of its first pipeline. Tests run several programs in one process.
_FIRST: WeakKeyDictionary[pulumi.Resource, str] = WeakKeyDictionary()


def part_of_program(pipeline: str) -> str:
    """What tells a pipeline's names from those of the program's first one; "" for that one.

    A stack with one pipeline has no name of it in its resources' names, and must go on so when it gets a
    second one.
    """
    root = get_root_resource()
    if root is None or _FIRST.setdefault(root, pipeline) == pipeline:
        return ""
    return pipeline


def stack_context(settings: Settings, options: pulumi.InvokeOptions, *, part: str = "") -> StackContext:
    """``options`` name the AWS provider to ask, as a rule by a component that has one."""
    account = aws.get_caller_identity(opts=options).account_id
    region = pulumi.Config("aws").get("region") or aws.get_region(opts=options).region
    return StackContext(
        names=Names(project=pulumi.get_project(), stack=pulumi.get_stack(), part=part),
        arns=Arns(account=account, region=region),
        settings=settings,
    )

"""Which roles a stack has, and for which AWS service each is: found through the resources that use them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from greenshift.verify.aws import Absent
from greenshift.verify.reading.function import read_function
from greenshift.verify.reading.pipeline import declaration
from greenshift.verify.reading.project import project_name, read_project
from greenshift.verify.reading.role import Role, read_role
from greenshift.verify.reading.traffic import read_group
from greenshift.verify.stack import Stack


@dataclass(frozen=True)
class Principal:
    """A role in use. ``user`` is what uses it, in words."""

    user: str
    arn: str
    service: str

    def read(self, stack: Stack) -> Role:
        return read_role(stack, self.arn, self.service)


def pipeline_role(stack: Stack) -> Principal:
    return Principal("the pipeline", declaration(stack).role_arn, "codepipeline.amazonaws.com")


def build_role(stack: Stack) -> Principal:
    project = read_project(stack, project_name(stack))
    return Principal("the build", project.role_arn, "codebuild.amazonaws.com")


def codedeploy_roles(stack: Stack) -> list[Principal]:
    groups = [read_group(stack, function.deployment_group) for function in stack.functions]
    arns = dict.fromkeys(group.role_arn for group in groups if group)
    return [Principal("CodeDeploy", arn, "codedeploy.amazonaws.com") for arn in arns]


def function_role(stack: Stack, name: str) -> Principal:
    return Principal(name, read_function(stack, name).latest.role_arn, "lambda.amazonaws.com")


def control_functions(stack: Stack) -> tuple[str, ...]:
    return (stack.names.controller, stack.names.recorder, *stack.names.hooks.values())


def every_role(stack: Stack) -> Iterator[Principal]:
    """Each role once, whoever uses it first. What does not exist has no role; its own checks tell so."""
    functions = [function.name for function in stack.functions]
    found = [
        pipeline_role(stack),
        *_there(lambda: build_role(stack)),
        *codedeploy_roles(stack),
        *(
            role
            for name in (*control_functions(stack), *functions)
            for role in _there(partial(function_role, stack, name))
        ),
    ]
    once: dict[str, Principal] = {}
    for each in found:
        once.setdefault(each.arn, each)
    yield from once.values()


def _there(read: Callable[[], Principal]) -> list[Principal]:
    """One principal, or none when what would use it does not exist."""
    try:
        return [read()]
    except Absent:
        return []

"""Deployment group -> alias: CodeDeploy moves an alias, so without one there is nothing to move.

Which function a group deploys stands in no resource (each deployment's AppSpec says it). So each group needs
an alias it depends on, or else one that no other group depends on.
"""

from __future__ import annotations

from collections.abc import Iterator

from greenshift.guardrails.aws_types import ALIAS, DEPLOYMENT_GROUP
from greenshift.guardrails.deployment_groups import is_for_lambda
from greenshift.guardrails.resources import Stack
from greenshift.guardrails.rule import MANDATORY, Finding, StackRule


def check(stack: Stack) -> Iterator[Finding]:
    aliases = {alias.urn for alias in stack.of(ALIAS)}
    groups = [group for group in stack.of(DEPLOYMENT_GROUP) if is_for_lambda(stack, group)]
    claimed = {urn for group in groups for urn in group.dependencies} & aliases
    free = len(aliases) - len(claimed)
    for group in groups:
        if aliases.isdisjoint(group.dependencies):
            free -= 1
            if free < 0:
                yield Finding(group, "it deploys Lambda functions, and no alias is left for it to shift")


RULE = StackRule(
    name="deployment-group-alias",
    why="CodeDeploy shifts the traffic of an alias; a function without one is never shifted.",
    mend="add an aws.lambda_.Alias for each function to be shifted, with function_version=function.version, "
    "and let the group depend on it",
    level=MANDATORY,
    check=check,
)

"""AWS managed policies are named by path and name; a wrong path is another policy, and mostly none."""

from __future__ import annotations

from collections.abc import Iterator

from greenshift.guardrails.managed_policies import (
    NAMING_TYPES,
    ManagedPolicies,
    managed_path,
    managed_policies,
    named_policies,
)
from greenshift.guardrails.resources import Resource
from greenshift.guardrails.rule import MANDATORY, Rule


def check(resource: Resource, known: ManagedPolicies) -> Iterator[str]:
    for arn in named_policies(resource):
        path = managed_path(arn)
        if path is None or path in known.paths:
            continue
        nearest = known.nearest(path)
        hint = f"; the nearest that does is {arn.removesuffix(path)}{nearest}" if nearest else ""
        yield f"{arn} does not exist among AWS's managed policies (list of {known.as_of}){hint}"


RULE = Rule(
    name="managed-policy-exists",
    why="Attaching an AWS managed policy by a wrong ARN fails with NoSuchEntity in the middle of an update.",
    mend="use the ARN of a policy that exists; service-role/ is part of some, and not of others",
    level=MANDATORY,
    types=NAMING_TYPES,
    check=lambda resource: check(resource, managed_policies()),
)

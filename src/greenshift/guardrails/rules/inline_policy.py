"""Inline policies have no name of their own, no versions, and are in no list of policies."""

from __future__ import annotations

from collections.abc import Iterator

from greenshift.guardrails.aws_types import INLINE_POLICIES, ROLE, ROLE_POLICIES_EXCLUSIVE
from greenshift.guardrails.resources import Resource
from greenshift.guardrails.rule import MANDATORY, Rule


def check(resource: Resource) -> Iterator[str]:
    inputs = resource.inputs
    if resource.type in INLINE_POLICIES:
        yield "it is an inline policy"
    elif resource.type == ROLE and _names_one(resource):
        yield "it has inline_policies"
    elif resource.type == ROLE_POLICIES_EXCLUSIVE and inputs.texts("policyNames"):
        yield f"it keeps inline policies: {', '.join(inputs.texts('policyNames'))}"


def _names_one(role: Resource) -> bool:
    """An empty block is AWS's way to say that there must be none."""
    blocks = role.inputs.items("inlinePolicies")
    return role.inputs.is_unknown("inlinePolicies") or any(block.keys() for block in blocks)


RULE = Rule(
    name="inline-policy",
    why="Where only managed policies are allowed, an inline one fails the audit, and it has no versions.",
    mend="make it an aws.iam.Policy and attach it with aws.iam.RolePolicyAttachment",
    level=MANDATORY,
    types=(*INLINE_POLICIES, ROLE, ROLE_POLICIES_EXCLUSIVE),
    check=check,
)

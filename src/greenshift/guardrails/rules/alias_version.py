"""Alias -> function -> version: an alias that CodeDeploy can shift points at a published version.

CodeDeploy needs two numbered versions (user guide, "AppSpec resources section: Lambda"); an alias on
``$LATEST`` cannot have weights (API reference, CreateAlias).
"""

from __future__ import annotations

from collections.abc import Iterator

from greenshift.guardrails.aws_types import ALIAS, FUNCTION
from greenshift.guardrails.resources import Stack
from greenshift.guardrails.rule import MANDATORY, Finding, StackRule

LATEST = "$LATEST"


def check(stack: Stack) -> Iterator[Finding]:
    for alias in stack.of(ALIAS):
        if alias.inputs.text("functionVersion") == LATEST:
            yield Finding(alias, f"it points at {LATEST}, which changes under it and cannot be shifted")
        function = stack.target(alias, "functionName", FUNCTION, "name", "arn")
        # A publish that is not known yet is not a fault.
        if (
            function is not None
            and not function.inputs.flag("publish")
            and not function.inputs.is_unknown("publish")
        ):
            yield Finding(
                function, f"alias {alias.name} stands on it, and it publishes no version (publish is not set)"
            )


RULE = StackRule(
    name="alias-version",
    why="Traffic shifts between two numbered versions; an unpublished function has none.",
    mend="set publish=True on the function and function_version=function.version on the alias",
    level=MANDATORY,
    check=check,
)

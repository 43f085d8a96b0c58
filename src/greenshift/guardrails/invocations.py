"""What invokes a function: event sources, permissions, URLs and rules, each with or without an alias."""

from __future__ import annotations

from collections.abc import Iterator

from greenshift.guardrails.aws_types import (
    ALIAS,
    EVENT_SOURCE,
    EVENT_TARGET,
    FUNCTION,
    FUNCTION_URL,
    PERMISSION,
)
from greenshift.guardrails.resources import Resource, Stack

_OWN = "greenshift:index:"
_KEYS = {
    EVENT_SOURCE: "functionName",
    FUNCTION_URL: "functionName",
    PERMISSION: "function",
    EVENT_TARGET: "arn",
}


def unqualified(stack: Stack) -> Iterator[tuple[Resource, Resource]]:
    """Each resource that invokes a function's ``$LATEST``, with the function. Greenshift's own are right:
    its functions that steer a release are no part of one."""
    for resource in stack.of(*_KEYS):
        function = _invoked(stack, resource)
        if function is not None and _OWN not in function.urn:
            yield resource, function


def has_alias(stack: Stack, function: Resource) -> bool:
    return any(
        stack.target(each, "functionName", FUNCTION, "name", "arn") is function for each in stack.of(ALIAS)
    )


def _invoked(stack: Stack, resource: Resource) -> Resource | None:
    key = _KEYS[resource.type]
    if resource.inputs.has("qualifier"):
        return None
    origins = resource.property_dependencies.get(key, ())
    if any(alias.urn in origins for alias in stack.of(ALIAS)):
        return None
    value = resource.inputs.text(key) or ""
    if ":function:" in value and value.split(":function:")[1].count(":"):
        return None  # written with a version or an alias
    return stack.target(resource, key, FUNCTION, "name", "arn")

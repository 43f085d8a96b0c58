"""Functions: a runtime that Lambda still takes, the SDK it has, and the table of deployments they write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

from greenshift.contract.runtimes import RUNTIMES
from greenshift.guardrails.aws_types import FUNCTION
from greenshift.guardrails.ledger import (
    KEY,
    VARIABLE,
    exported,
    ledger,
    may_write,
    named_otherwise,
    only_reads,
    role_of,
)
from greenshift.guardrails.old_sdk import uses
from greenshift.guardrails.resources import Resource, Stack
from greenshift.guardrails.rule import ADVISORY, MANDATORY, AnyRule, Finding, Rule, StackRule


def _runtime_blocked(function: Resource, today: date) -> Iterator[str]:
    """From its block date on, Lambda refuses to create functions on a runtime; the dates are data."""
    identifier = function.inputs.text("runtime") or ""
    runtime = RUNTIMES.get(identifier)
    if runtime is None and is_older_than_all(identifier):
        yield f"{identifier} is older than every runtime Lambda still takes"
    if runtime is not None and not runtime.can_be_created(today):
        yield f"Lambda creates no function with {runtime.identifier} since {runtime.block_create}"


_LISTED_WHOLE = ("nodejs", "python")
"""Families of which the table has every runtime that Lambda takes; of Java it lacks java11, for one."""


def is_older_than_all(identifier: str) -> bool:
    family, version = _parts(identifier)
    if family not in _LISTED_WHOLE:
        return False
    known = [_parts(name)[1] for name in RUNTIMES if _parts(name)[0] == family]
    return bool(known) and bool(version) and version < min(known)


def _parts(identifier: str) -> tuple[str, tuple[int, ...]]:
    """``python3.9`` -> ``python``, (3, 9); ``nodejs18.x`` -> ``nodejs``, (18,)"""
    family = re.match(r"[a-z]*", identifier)
    return family.group() if family else "", tuple(int(number) for number in re.findall(r"\d+", identifier))


RUNTIME_BLOCKED = Rule(
    name="runtime-blocked",
    why="Lambda refuses a function on a blocked runtime, in the middle of an update.",
    fix="move the function to a current runtime",
    level=MANDATORY,
    types=(FUNCTION,),
    check=lambda function: _runtime_blocked(function, datetime.now(UTC).date()),
)


def _runtime_deprecated(function: Resource, today: date) -> Iterator[str]:
    """A runtime past its deprecation date still runs, without security patches; the dates are data."""
    identifier = function.inputs.text("runtime") or ""
    runtime = RUNTIMES.get(identifier)
    if runtime is not None and runtime.is_deprecated(today) and runtime.can_be_created(today):
        yield (
            f"{identifier} is deprecated since {runtime.deprecated}; "
            f"from {runtime.block_create} no function can be created with it"
        )


RUNTIME_DEPRECATED = Rule(
    name="runtime-deprecated",
    why="A deprecated runtime gets no more security patches, and one day no function can be updated on it.",
    fix="move the function to a current runtime",
    level=ADVISORY,
    types=(FUNCTION,),
    check=lambda function: _runtime_deprecated(function, datetime.now(UTC).date()),
)


def _node_sdk_v2(stack: Stack) -> Iterator[Finding]:
    """Node.js 18 and newer carry only version 3 of AWS's SDK (developer guide, "Lambda runtimes")."""
    for function, reason, may_be_in_a_layer in uses(stack):
        if not may_be_in_a_layer:
            yield Finding(function, reason)


NODE_SDK_V2 = StackRule(
    name="node-sdk-v2",
    why="A function that loads a module its runtime does not have fails at its first invocation.",
    fix="use the version 3 packages (@aws-sdk/client-...), or package aws-sdk with the function",
    level=MANDATORY,
    check=_node_sdk_v2,
)


def _node_sdk_v2_in_layer(stack: Stack) -> Iterator[Finding]:
    """A layer may bring version 2 of AWS's SDK; what is in a layer from elsewhere cannot be seen."""
    for function, reason, may_be_in_a_layer in uses(stack):
        if may_be_in_a_layer:
            yield Finding(function, f"{reason}; it works as long as one of its layers brings it")


NODE_SDK_V2_IN_LAYER = StackRule(
    name="node-sdk-v2-in-layer",
    why="Version 2 gets no more fixes, and a function that finds it in a layer fails without that layer.",
    fix="use the version 3 packages (@aws-sdk/client-...)",
    level=ADVISORY,
    check=_node_sdk_v2_in_layer,
)


def _ledger_key(stack: Stack) -> Iterator[Finding]:
    """A record of a deployment has a ``deploymentId``; DynamoDB refuses an item without its table's key."""
    table = exported(stack)
    if table is not None and table.inputs.text("hashKey") not in (KEY, None):
        yield Finding(
            table, f"it is exported as the deployment table, and its key is {table.inputs.text('hashKey')!r}"
        )


LEDGER_KEY = StackRule(
    name="ledger-key",
    why="A record of a deployment has no key that another table would take.",
    fix=f'set hash_key="{KEY}"; a table cannot change its key, so it is replaced',
    level=MANDATORY,
    check=_ledger_key,
)


def _function_table_name(stack: Stack) -> Iterator[Finding]:
    """Functions beside a ledger write to it, and get its name from their environment."""
    table = ledger(stack)
    if table is None:
        return
    for function in stack.of(FUNCTION):
        role = role_of(stack, function)
        if _is_told(function):
            if reason := named_otherwise(stack, function, table):
                yield Finding(function, reason)
        elif role is None or not only_reads(stack, role, table):
            yield Finding(
                function, f"{VARIABLE} is not in its environment, and this stack has the ledger {table.name}"
            )


def _is_told(function: Resource) -> bool:
    environment = function.inputs.item("environment")
    return (
        function.inputs.is_unknown("environment")
        or environment.is_unknown("variables")
        or environment.item("variables").has(VARIABLE)
    )


FUNCTION_TABLE_NAME = StackRule(
    name="function-table-name",
    why="A function that does not know the deployment table's name fails when it writes its record.",
    fix=f"set environment variable {VARIABLE} to the table's name, and let the role write that table",
    level=MANDATORY,
    check=_function_table_name,
)


# Functions beside a ledger write to it, so their roles may; one that may only read it is meant so.
# Greenshift's own: of these only the controller and the recorder write, and both have their policy.
_CONTROL = "greenshift:index:ReleaseControl"


def _function_table_access(stack: Stack) -> Iterator[Finding]:
    table = ledger(stack)
    if table is None:
        return
    for function in stack.of(FUNCTION):
        role = role_of(stack, function)
        if role is None or function.is_inside(_CONTROL):
            continue
        if not may_write(stack, role, table) and not only_reads(stack, role, table):
            yield Finding(function, f"its role {role.name} may not write the ledger {table.name}")


FUNCTION_TABLE_ACCESS = StackRule(
    name="function-table-access",
    why="A function that may not write the deployment table fails when it writes its record.",
    fix="attach a customer-managed policy that allows dynamodb:PutItem on that table, and nothing else",
    level=MANDATORY,
    check=_function_table_access,
)

RULES: tuple[AnyRule, ...] = (
    RUNTIME_BLOCKED,
    RUNTIME_DEPRECATED,
    NODE_SDK_V2,
    NODE_SDK_V2_IN_LAYER,
    LEDGER_KEY,
    FUNCTION_TABLE_NAME,
    FUNCTION_TABLE_ACCESS,
)

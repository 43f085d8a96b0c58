"""Each function of the user, and Greenshift's own: ready, told where the ledger is, with logs that end."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from greenshift.reading.functions import Configuration
from greenshift.verify.check import Check, Group, Section, Subject
from greenshift.verify.credentials import credentials_in
from greenshift.verify.groups import sdk
from greenshift.verify.groups.build import RETENTION_FIX, retention
from greenshift.verify.reading.function import Function, read_function
from greenshift.verify.result import Verdict, failed, nothing_but, passed, passed_if
from greenshift.verify.stack import Stack

TABLE_VARIABLE = "DEPLOYMENT_TABLE_NAME"
_READY = ("Active", "Inactive")  # Inactive: not called for long; the next call wakes it (developer guide)


def ready(function: Function) -> Verdict:
    latest = function.latest
    found = f"state {latest.state}, last update {latest.last_update}"
    return passed_if(latest.state in _READY and latest.last_update != "Failed", found)


def knows_table(function: Function) -> Verdict:
    """What is configured counts for the next release, what the live version froze counts now."""
    found = [(configuration, _place(configuration)) for configuration in _both(function)]
    return nothing_but(
        (
            f"{place} has {_told(configuration)}"
            for configuration, place in found
            if configuration.environment.get(TABLE_VARIABLE) != function.table
        ),
        when_none=function.table,
    )


def _both(function: Function) -> tuple[Configuration, ...]:
    return (function.latest, function.live) if function.live else (function.latest,)


def _place(configuration: Configuration) -> str:
    is_latest = configuration.version == "$LATEST"
    return "its configuration" if is_latest else f"live version {configuration.version}"


def _told(configuration: Configuration) -> str:
    value = configuration.environment.get(TABLE_VARIABLE)
    return f"no {TABLE_VARIABLE}" if value is None else f"{TABLE_VARIABLE} {value!r}"


def log_retention(function: Function) -> Verdict:
    return retention(function.latest.log_group, function.log_group)


def tells_no_secret(function: Function) -> Verdict:
    names = sorted({name for each in _both(function) for name in credentials_in(each.environment)})
    return failed(f"in plain text: {', '.join(names)}") if names else passed("none in plain text")


def _subjects(stack: Stack) -> Iterator[Subject[Function]]:
    for function in stack.functions:
        yield Subject(
            f"function {function.name}", partial(read_function, stack, function.name, function.alias)
        )
    for name in (stack.names.controller, stack.names.recorder, *stack.names.hooks.values()):
        yield Subject(f"function {name}", partial(read_function, stack, name))


CHECKS: tuple[Check[Function], ...] = (
    Check(
        name="ready",
        expected="the function can be invoked, and its last change went through",
        judge=ready,
        fix="see the reasons in: aws lambda get-function-configuration --function-name …",
    ),
    Check(
        name="table-name",
        expected=f"{TABLE_VARIABLE} names the ledger's table, in the configuration and in the live version",
        judge=knows_table,
        fix=f"set {TABLE_VARIABLE} in its environment, then release, as versions keep what they had",
    ),
    Check(
        name="log-retention",
        expected="the function's log group exists and does not keep everything for ever",
        judge=log_retention,
        fix=RETENTION_FIX,
    ),
    Check(
        name="no-credentials",
        expected="no environment variable holds a credential in plain text",
        judge=tells_no_secret,
        fix="revoke it, and let the function read the new one from Secrets Manager",
    ),
)

GROUP = Group(
    name="functions",
    title="Functions: yours, and Greenshift's own",
    sections=(Section(subjects=_subjects, checks=CHECKS), sdk.SECTION),
)

"""Runs a suite: reads each subject once, judges it by each check, several subjects at a time."""

from __future__ import annotations

import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from greenshift.verify.aws import Absent
from greenshift.verify.check import Check, Group, Section, Subject
from greenshift.verify.result import Report, Result, Verdict, failed
from greenshift.verify.stack import Stack

_AT_ONCE = 8
_DENIED = ("AccessDenied", "UnauthorizedOperation", "AuthorizationError")


def run(stack: Stack, groups: Iterable[Group]) -> Report:
    """Every check of every group, in their order."""
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="verify") as pool:
        pending = [
            pool.submit(_section, stack, group, section) for group in groups for section in group.sections
        ]
        tasks = [task for each in pending for task in each.result()]
        parts = pool.map(lambda task: _subject(*task), tasks)
        return Report(tuple(result for part in parts for result in part))


_Task = tuple[str, Subject[Any], tuple[Check[Any], ...]]


def _section(stack: Stack, group: Group, section: Section[Any]) -> list[_Task]:
    """The subjects of a section; when they cannot be listed, one subject that says so."""
    try:
        return [(group.name, subject, section.checks) for subject in section.subjects(stack)]
    except (ClientError, BotoCoreError, Absent) as problem:
        return [(group.name, Subject(group.title, _raising(problem)), section.checks)]


def _raising(problem: Exception) -> Any:
    def read() -> None:
        raise problem

    return read


def _subject(group: str, subject: Subject[Any], checks: tuple[Check[Any], ...]) -> list[Result]:
    began = time.monotonic()
    try:
        seen = subject.read()
    except (ClientError, BotoCoreError, Absent) as problem:
        return [_result(group, subject, _READABLE, unreadable(problem), began)]
    return [_result(group, subject, check, check.judge(seen), began) for check in checks]


def unreadable(problem: Exception) -> Verdict:
    """What could not be read is a failure: not knowing is not good enough."""
    if isinstance(problem, Absent):
        return failed(str(problem))
    if not isinstance(problem, ClientError):
        return failed(str(problem), "see that AWS can be reached from here, then run this again")
    error, operation = problem.response["Error"], problem.operation_name
    found = f"{operation} was refused: {error['Code']}: {error.get('Message', '')}".rstrip(": ")
    if any(word in error["Code"] for word in _DENIED):
        return failed(found, f"let the credentials this runs with call {operation}; the suite only reads")
    return failed(found)


_READABLE: Check[Any] = Check(
    name="there",
    expected="it exists and can be read",
    judge=lambda seen: Verdict("passed"),
    fix="deploy the stack again; when it was deleted outside Pulumi: pulumi refresh, then pulumi up",
)


def _result(group: str, subject: Subject[Any], check: Check[Any], verdict: Verdict, began: float) -> Result:
    is_failed = verdict.status == "failed"
    return Result(
        group=group,
        check=check.name,
        subject=subject.name,
        status=verdict.status,
        expected=check.expected,
        found=verdict.found,
        fix=(verdict.fix or check.fix) if is_failed else "",
        seconds=round(time.monotonic() - began, 3),
    )

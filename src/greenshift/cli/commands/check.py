"""``greenshift check``: what a build or a release would refuse, found before the commit."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import typer

from greenshift.checks import is_healthy
from greenshift.checks.finding import ordered
from greenshift.checks.source import check_project, check_surroundings
from greenshift.cli.options import JsonOption, StackOption
from greenshift.cli.words.findings import tell

FAILED = 1


def check(stack: StackOption = "local", json: JsonOption = False) -> None:
    """Check settings and sources before a commit, without a twin; exit 1 when something would fail.

    Example:  greenshift check && git commit
    """
    name = stack.rsplit("/", 1)[-1]
    findings = ordered(
        (
            *check_project(Path.cwd(), name, datetime.now(UTC).date(), os.environ),
            *check_surroundings(Path.cwd(), name),
        )
    )
    tell(findings, "settings and sources are fine", json)
    if not is_healthy(findings, tolerated=("warning", "hint")):
        raise typer.Exit(FAILED)

"""``greenshift doctor``: what is wrong with a deployed stack, and how to fix it. Reads, changes nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace

import typer

from greenshift.advice import addressed
from greenshift.checks import Finding, is_healthy
from greenshift.checks.deployed import check_stack
from greenshift.cli.options import JsonOption, StackOption
from greenshift.cli.project.workspace import Workspace
from greenshift.cli.words.findings import tell
from greenshift.settings import Settings
from greenshift.twin import nodesdk
from greenshift.twin.machine.cache import default_cache

FAILED = 1


def doctor(stack: StackOption = "local", json: JsonOption = False) -> None:
    """Look for what is wrong with a deployed stack; exit 1 when something is.

    Example:  greenshift doctor --stack prod
    """
    workspace = Workspace.find(stack)
    here = tuple(_of_the_twin(workspace)) if workspace.is_on_twin else ()
    found = check_stack(*workspace.deployed(), is_local=workspace.is_local)
    there = (replace(each, fix=addressed(each.fix, stack)) for each in found)
    findings = (*there, *here)
    tell(findings, f"stack {stack!r} is healthy", json, workspace.hours())
    if not is_healthy(findings):
        raise typer.Exit(FAILED)


def _of_the_twin(workspace: Workspace) -> Iterator[Finding]:
    twin = workspace.twin()
    yield from node_sdk(workspace.project.settings, installed=nodesdk.is_installed(default_cache()))
    yield from port(twin.endpoint, os.environ)


def node_sdk(settings: Settings, *, installed: bool) -> Iterator[Finding]:
    """Node functions on a twin whose cache has no SDK: every ``import "@aws-sdk/…"`` fails there."""
    keys = [key for key, function in settings.functions.items() if function.runtime.startswith("nodejs")]
    if installed or not keys:
        return
    yield Finding(
        rule="node-sdk-missing",
        level="warning",
        resource=str(nodesdk.sdk_directory(default_cache())),
        what="the AWS SDK for JavaScript is not in the twin's cache",
        why=f"AWS's Node runtimes bundle it; {', '.join(keys)} would not find it on the twin",
        fix="greenshift up fetches it once, through npm",
    )


def port(endpoint: str, environment: Mapping[str, str]) -> Iterator[Finding]:
    """A twin takes a new port each time it starts; a shell may still name the one before."""
    named = environment.get("AWS_ENDPOINT_URL", "").rstrip("/")
    if not named or named == endpoint:
        return
    yield Finding(
        rule="other-endpoint",
        level="hint",
        resource="AWS_ENDPOINT_URL",
        what=f"AWS_ENDPOINT_URL is {named}, this project's twin answers on {endpoint}",
        why="the AWS CLI and SDKs started in this shell speak to another endpoint than greenshift does",
        fix=f"export AWS_ENDPOINT_URL={endpoint}; one port for good: greenshift twin start --port <port>",
    )

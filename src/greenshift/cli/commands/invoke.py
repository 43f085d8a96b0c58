"""``greenshift invoke``: one call of a function, with its answer, the end of its log, duration and
version.
"""

from __future__ import annotations

import base64
import json as json_text
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from botocore.exceptions import ClientError
from rich.markup import escape

from greenshift.cli.commands.traffic import choose, confirm, invokes, read_event
from greenshift.cli.console.terminal import Terminal, terminal
from greenshift.cli.options import JsonOption, StackOption, YesOption
from greenshift.cli.project import complete
from greenshift.cli.project.workspace import Workspace
from greenshift.errors import GreenshiftError, UsageError
from greenshift.view import Hours
from greenshift.view.log_moments import by_reader

FAILED = 1
_DURATION = re.compile(r"^REPORT .*?\tDuration: ([\d.]+) ms", re.MULTILINE)


@dataclass(frozen=True)
class Invoked:
    """What one call came to; ``payload`` is a value, or the text where it is no JSON."""

    function: str
    version: str
    error: str
    duration_ms: float | None
    payload: Any
    log: tuple[str, ...]


def invoke(
    function: Annotated[
        str, typer.Argument(help="The key of the function.", autocompletion=complete.functions)
    ],
    stack: StackOption = "local",
    event: Annotated[str, typer.Option(help="The event, as JSON; @file reads it from a file.")] = "{}",
    version: Annotated[
        str, typer.Option(help="A version, or $LATEST; without it the alias decides, as for everybody.")
    ] = "",
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Invoke a function once and print its answer, the end of its log, its duration and its version.

    The answer goes to stdout, everything else to stderr. This is a real invocation: on AWS it does what your
    function does, so it asks first. Exit 1 when the function fails.

    \b
    Example:  greenshift invoke charge --event '{"id": "p-1", "amount": 1200}'
              greenshift invoke charge --event @event.json --version 3
    """  # fmt: skip
    payload = read_event(event)
    workspace = Workspace.find(stack)
    outputs, clients = workspace.deployed()
    [chosen] = choose(outputs, [function])
    if not workspace.is_on_twin and not yes:
        confirm(invokes([chosen]))
    found = _call(clients("lambda"), chosen.name, version or chosen.alias, payload)
    _tell(found, terminal, workspace.hours(), as_json=json)
    if found.error:
        raise typer.Exit(FAILED)


def _call(client: Any, name: str, qualifier: str, payload: Any) -> Invoked:
    try:
        answer = client.invoke(
            FunctionName=name, Qualifier=qualifier, LogType="Tail", Payload=json_text.dumps(payload).encode()
        )
    except ClientError as error:
        told = error.response["Error"]
        if told["Code"] == "ResourceNotFoundException":
            raise UsageError(
                f"{name} has no version {qualifier}", hint="greenshift status shows the versions that serve"
            ) from None
        raise GreenshiftError(f"{name} was not invoked: {told['Code']}: {told['Message']}") from None
    return parsed(name, answer, answer["Payload"].read())


def parsed(name: str, answer: Mapping[str, Any], payload: bytes) -> Invoked:
    """Invoke's answer, read; the duration is what the REPORT line tells."""
    log = base64.b64decode(answer.get("LogResult") or "").decode("utf-8", "replace")
    duration = _DURATION.findall(log)
    return Invoked(
        function=name,
        version=str(answer.get("ExecutedVersion") or ""),
        error=str(answer.get("FunctionError") or ""),
        duration_ms=float(duration[-1]) if duration else None,
        payload=_value(payload),
        log=tuple(log.splitlines()),
    )


def _value(payload: bytes) -> Any:
    try:
        return json_text.loads(payload or b"null")
    except ValueError:
        return payload.decode("utf-8", "replace")


def _tell(found: Invoked, to: Terminal, hours: Hours, *, as_json: bool) -> None:
    if as_json:
        to.json({**found.__dict__, "log": list(found.log)})
        return
    for line in found.log:
        to.progress(f"[dim]{escape(by_reader(line, hours))}[/]")
    took = "" if found.duration_ms is None else f" in {found.duration_ms:g} ms"
    ended = f"failed ({found.error})" if found.error else "answered"
    to.progress(f"{escape(found.function)} version {escape(found.version)} {ended}{took}")
    to.result(escape(json_text.dumps(found.payload, indent=2)))

"""``greenshift traffic``: requests through a function's alias, and which version answered them."""

from __future__ import annotations

import json as json_text
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.live import Live
from rich.text import Text

from greenshift.cli import complete, lookup
from greenshift.cli.answers import answers, lines
from greenshift.cli.options import JsonOption, StackOption, YesOption
from greenshift.cli.requests import Traffic
from greenshift.cli.terminal import Terminal, terminal
from greenshift.cli.workspace import Workspace
from greenshift.errors import UsageError
from greenshift.view import FunctionOutputs, StackOutputs, plain

FAILED = 1
LONGEST_SECONDS = 3600
_LOOK_SECONDS, _LINE_SECONDS = 0.5, 5.0
_AT_ONCE = 16


def traffic(
    functions: Annotated[
        list[str] | None,
        typer.Argument(
            help="Keys of functions; all of them when none is given.", autocompletion=complete.functions
        ),
    ] = None,
    stack: StackOption = "local",
    rate: Annotated[float, typer.Option(help="Requests a second to each function.", min=0.1, max=200)] = 10,
    duration: Annotated[str, typer.Option(help="How long: 30s, 5m; an hour at most.")] = "30s",
    event: Annotated[str, typer.Option(help="The event, as JSON; @file reads it from a file.")] = "{}",
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Send requests through functions' aliases and show which version answered, with errors and latency.

    These are real invocations: on AWS they do what your functions do, so it asks first. Ctrl-C ends it early
    and shows what came back so far.

    \b
    Example:  greenshift traffic charge --rate 20 --duration 1m
              greenshift traffic charge --event '{"id": "p-1", "amount": 1200}'
              greenshift traffic --event @event.json --json
    """  # fmt: skip
    seconds = lookup.span(duration).total_seconds()
    if seconds > LONGEST_SECONDS:
        raise UsageError(f"{duration} is longer than an hour", hint="start it again when it has ended")
    payload = read_event(event)
    workspace = Workspace.find(stack)
    outputs, clients = workspace.deployed()
    chosen = choose(outputs, functions or [])
    if not workspace.is_on_twin and not yes:
        _confirm(chosen)
    sender = Traffic(clients("lambda"), chosen, lambda *_: payload, per_second=rate, at_once=_AT_ONCE)
    send(sender, seconds, terminal, as_json=json)


def read_event(text: str) -> Any:
    """The event as a value, from the option or from the file it names."""
    try:
        return json_text.loads(Path(text[1:]).read_text() if text.startswith("@") else text)
    except OSError as error:
        raise UsageError(f"the event cannot be read: {error}") from None
    except ValueError as error:
        raise UsageError(f"the event is not JSON: {error}", hint="""write it like '{"id": 1}'""") from None


def choose(outputs: StackOutputs, keys: Sequence[str]) -> list[FunctionOutputs]:
    known = {each.key: each for each in outputs.functions}
    for key in keys:
        if key not in known:
            raise UsageError(f"the stack has no function {key!r}", hint=f"it has {', '.join(sorted(known))}")
    return [known[key] for key in dict.fromkeys(keys)] or list(outputs.functions)


def _confirm(chosen: Sequence[FunctionOutputs]) -> None:
    names = ", ".join(function.name for function in chosen[:6])
    if not sys.stdin.isatty():
        raise UsageError(f"this invokes {names} on AWS", hint="add --yes when that is what you want")
    if not typer.confirm(f"This invokes {names} on AWS. Go on?", err=True):
        raise typer.Exit(FAILED)


def send(
    sender: Traffic,
    seconds: float,
    to: Terminal,
    *,
    as_json: bool = False,
    wait: Callable[[float], None] = time.sleep,
) -> None:
    """Let it send so long; tell what came back, also when it was interrupted."""
    began = time.monotonic()
    try:
        with sender, Live(console=to.err, transient=True, auto_refresh=False) as live:
            told = 0.0
            while (passed := time.monotonic() - began) < seconds:
                wait(min(_LOOK_SECONDS, seconds - passed))
                is_line_due = not to.err.is_terminal and passed - told >= _LINE_SECONDS
                if to.err.is_terminal:
                    text = "\n".join(lines(answers(sender, passed)))
                    live.update(Text.from_markup(text), refresh=True)
                elif is_line_due and not as_json:
                    told = passed
                    to.progress(f"[dim]{passed:.0f} s: {sender.sent} requests came back[/]")
    finally:
        found = answers(sender, time.monotonic() - began)
        if as_json:
            to.json(plain(found))
        else:
            for line in lines(found):
                to.result(line)

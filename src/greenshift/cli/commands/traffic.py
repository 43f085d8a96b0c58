"""``greenshift traffic``: requests through a function's alias, and which version answered them."""

from __future__ import annotations

import json as json_text
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.live import Live

from greenshift.cli.calls import feeding, feeds
from greenshift.cli.calls.answers import answers
from greenshift.cli.calls.answers import lines as lines_of_answers
from greenshift.cli.calls.feeding import Feeding
from greenshift.cli.calls.pacing import Paced
from greenshift.cli.calls.requests import Traffic
from greenshift.cli.console import ending
from greenshift.cli.console.terminal import Terminal, terminal
from greenshift.cli.following.narrate import shown
from greenshift.cli.options import JsonOption, StackOption, YesOption
from greenshift.cli.project import complete, lookup
from greenshift.cli.project.workspace import Workspace
from greenshift.cli.words.folding import COLUMNS, fitted
from greenshift.cli.words.spoken import count
from greenshift.errors import UsageError
from greenshift.view import FunctionOutputs, StackOutputs, plain

FAILED = 1
LONGEST_SECONDS = 3600
_LOOK_SECONDS, _LINE_SECONDS = 0.5, 5.0
_AT_ONCE = 16
Told = tuple[Any, list[str]]
"""What came back, as a value and in lines."""


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
    source: Annotated[
        str, typer.Option(help="Send to what feeds a function instead; --list tells what there is.")
    ] = "",
    list_: Annotated[
        bool, typer.Option("--list", help="Send nothing: list what feeds the functions.")
    ] = False,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Send requests through functions' aliases and show which version answered, with errors and latency.

    These are real invocations: on AWS they do what your functions do, so it asks first. Ctrl-C or
    `kill` ends it early and shows what came back so far.

    The percentage is the version's share of the function's calls; how many of these failed stands after it.
    Exit 0 when all was sent, also when calls failed: --json counts them as "failed" and "unanswered".

    With --source they are messages of a queue, records of a stream, items of a table, or requests to an API
    or a function URL, and {n} in the event stands for the number of the request. Which version got them,
    show and status tell on the twin.

    \b
    Example:  greenshift traffic charge --rate 20 --duration 1m
              greenshift traffic charge --event '{"id": "p-1", "amount": 1200}'
              greenshift traffic --event @event.json --json
              greenshift traffic --list
              greenshift traffic --source "queue orders" --event '{"id": "{n}"}'
              greenshift traffic --source "POST /orders" --event @order.json
    """  # fmt: skip
    seconds = lookup.span(duration).total_seconds()
    if seconds > LONGEST_SECONDS:
        raise UsageError(f"{duration} is longer than an hour", hint="start it again when it has ended")
    payload = read_event(event)
    workspace = Workspace.find(stack)
    outputs, clients = workspace.deployed()
    chosen = choose(outputs, functions or [])
    if list_:
        _list(feeds.feeds_of(clients, chosen), terminal, as_json=json)
        return
    feed = feeds.find(feeds.feeds_of(clients, chosen), source) if source else None
    if not workspace.is_on_twin and not yes:
        confirm(f"sends to {feed.name}" if feed else invokes(chosen))
    ending.as_with_ctrl_c(signal.default_int_handler)  # who ends it in the background wants to see it, too
    if feed is not None:
        to = feeding.sender(clients, feed)
        send_to(Feeding(to, feed, _fit(feed, payload), per_second=rate, at_once=_AT_ONCE), seconds, json)
        return
    sender = Traffic(clients("lambda"), chosen, lambda *_: payload, per_second=rate, at_once=_AT_ONCE)
    send(sender, seconds, terminal, as_json=json)


def _list(found: Sequence[feeds.Feed], to: Terminal, *, as_json: bool) -> None:
    if as_json:
        to.json([plain(each) for each in found])
        return
    width = max((len(each.function) for each in found), default=0)
    for each in found:
        to.result(shown(f"{each.function:<{width}}  {each.name:<24}  {each.place}"))
    if not found:
        to.progress("nothing feeds these functions that one can send to; traffic invokes their aliases")


def _fit(feed: feeds.Feed, payload: Any) -> Any:
    if feed.kind == "table" and not isinstance(payload, dict):
        raise UsageError("an item of a table is an object", hint="give its attributes with --event")
    return payload


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


def confirm(does: str) -> None:
    """Ask before something is done on AWS."""
    if not sys.stdin.isatty():
        raise UsageError(f"this {does} on AWS", hint="add --yes when that is what you want")
    if not typer.confirm(f"This {does} on AWS. Go on?", err=True):
        raise typer.Exit(FAILED)


def invokes(chosen: Sequence[FunctionOutputs]) -> str:
    return f"invokes {', '.join(function.name for function in chosen[:6])}"


def send(
    sender: Traffic,
    seconds: float,
    to: Terminal,
    *,
    as_json: bool = False,
    wait: Callable[[float], None] = time.sleep,
) -> None:
    """Let it send so long; tell what came back, also when it was interrupted."""

    def told(passed: float) -> Told:
        found = answers(sender, passed)
        return found, list(lines_of_answers(found, to.out.width if to.out.is_terminal else COLUMNS))

    _send(sender, told, seconds, to, as_json=as_json, wait=wait)


def send_to(sender: Feeding, seconds: float, as_json: bool) -> None:
    """The same of what feeds a function."""

    def told(passed: float) -> Told:
        found = sender.told(passed)
        return found, list(feeding.lines(found))

    _send(sender, told, seconds, terminal, as_json=as_json, wait=time.sleep)


def _send(
    sender: Paced[Any],
    told: Callable[[float], Told],
    seconds: float,
    to: Terminal,
    *,
    as_json: bool,
    wait: Callable[[float], None],
) -> None:
    began = time.monotonic()
    try:
        with sender, Live(console=to.err, transient=True, auto_refresh=False) as live:
            passed = said = 0.0
            while passed < seconds:
                wait(min(_LOOK_SECONDS, seconds - passed))
                passed = time.monotonic() - began
                is_line_due = not to.err.is_terminal and passed - said >= _LINE_SECONDS
                if to.err.is_terminal:
                    live.update(fitted("\n".join(told(passed)[1]), to.err), refresh=True)
                elif is_line_due and not as_json:
                    said = passed
                    to.progress(f"[dim]{passed:.1f} s: {count(sender.sent, 'request')} so far[/]")
    finally:
        found, lines = told(time.monotonic() - began)
        if as_json:
            to.json(plain(found))
        else:
            for line in lines:
                to.entry(line)

"""``greenshift twin faults add|list|clear``: put faults into what the twin's services answer."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from greenshift.cli.console.terminal import terminal
from greenshift.cli.options import JsonOption
from greenshift.cli.project.place import twin_home
from greenshift.errors import UsageError
from greenshift.twin.faults.client import FaultsClient
from greenshift.twin.faults.model import ANY, FaultReport
from greenshift.twin.faults.parse import document_of
from greenshift.twin.faults.words import line_of
from greenshift.twin.machine import process

app = typer.Typer(
    no_args_is_help=True,
    help="Put faults into the calls the twin answers, and take them away.",
    rich_markup_mode=None,
)


@app.command()
def add(
    kind: Annotated[str, typer.Argument(help="throttle, error, timeout, delay, duplicate or kill.")],
    service: Annotated[str, typer.Argument(help="The service as boto3 names it; * is any.")] = ANY,
    operation: Annotated[str, typer.Argument(help="The operation, or a glob such as 'Get*'.")] = ANY,
    function: Annotated[str, typer.Option(help="Only calls this Lambda function makes (glob).")] = ANY,
    principal: Annotated[str, typer.Option(help="Only calls of this role or service (glob).")] = ANY,
    parameter: Annotated[
        list[str] | None, typer.Option(help="Only calls with NAME=VALUE (glob); may be repeated.")
    ] = None,
    after: Annotated[int, typer.Option(help="Let so many matching calls pass first.")] = 0,
    count: Annotated[int | None, typer.Option(help="Meet so many calls; without it, all.")] = None,
    probability: Annotated[float, typer.Option(help="Meet a call with this probability.")] = 1.0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same chances again.")] = 0,
    per_second: Annotated[float | None, typer.Option(help="Meet only the calls beyond this rate.")] = None,
    performed: Annotated[
        bool, typer.Option("--performed", help="Error, timeout, kill: the call takes effect all the same.")
    ] = False,
    seconds: Annotated[float, typer.Option(help="Delay, timeout: how long it takes, in real seconds.")] = 0,
    code: Annotated[str, typer.Option(help="Error: its code, instead of the service's own.")] = "",
    status: Annotated[int | None, typer.Option(help="Error: its HTTP status, 500 to 599.")] = None,
    json: JsonOption = False,
) -> None:
    """Put a fault into the calls that match, until it is cleared.

    Example:  greenshift twin faults add throttle codedeploy CreateDeployment --per-second 2

    Example:  greenshift twin faults add error dynamodb PutItem --function 'shop-*' --after 3 --count 1

    Example:  greenshift twin faults add kill lambda PublishVersion --function '*-controller' --performed
    """
    fault = {
        "kind": kind, "service": service, "operation": operation, "function": function,
        "principal": principal, "parameters": _parameters(parameter or []), "after": after, "count": count,
        "probability": probability, "seed": seed, "per_second": per_second, "performed": performed,
        "seconds": seconds, "code": code, "status": status,
    }  # fmt: skip
    report = _client().add(fault)
    if json:
        terminal.json(document_of(report))
        return
    terminal.result(escape(line_of(report)))
    terminal.result(f"  clear it with: greenshift twin faults clear {report.id}")


@app.command("list")
def list_(json: JsonOption = False) -> None:
    """List the faults that are set, and how many calls each has met.

    Example:  greenshift twin faults list
    """
    _show(_client().all(), json=json, nothing="no faults are set")


@app.command()
def clear(
    fault: Annotated[str | None, typer.Argument(help="The id of one; without it, all are cleared.")] = None,
    json: JsonOption = False,
) -> None:
    """Clear one fault, or all.

    Example:  greenshift twin faults clear fault-1
    """
    _show(_client().clear(fault), json=json, nothing="no faults were set")


def _client() -> FaultsClient:
    return FaultsClient(process.require(twin_home()).endpoint)


def _parameters(given: list[str]) -> dict[str, str]:
    found = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not (name and equals):
            raise UsageError(
                f"--parameter {each!r} is not NAME=VALUE",
                hint="for example: --parameter 'FunctionName=*pay*'",
            )
        found[name] = value
    return found


def _show(reports: list[FaultReport], *, json: bool, nothing: str) -> None:
    if json:
        terminal.json([document_of(report) for report in reports])
        return
    for report in reports:
        terminal.result(escape(line_of(report)))
    if not reports:
        terminal.result(nothing)

"""``greenshift twin start|stop|status|env|faults``: the local AWS, as a process of its own."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from greenshift.cli import faults
from greenshift.cli.options import JsonOption
from greenshift.cli.terminal import terminal
from greenshift.cli.workspace import Workspace
from greenshift.twin import process

app = typer.Typer(
    no_args_is_help=True,
    help="Start, stop and look at the local twin of AWS.",
    add_completion=False,
    rich_markup_mode=None,
)
app.add_typer(faults.app, name="faults")


@app.command()
def start(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.", min=0, max=65535)] = 0,
    speed: Annotated[
        float | None,
        typer.Option(
            help="Twin seconds per real second; 60 is a minute a second. Default: GREENSHIFT_SPEED, or 60.",
            min=process.SLOWEST,
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Start the project's twin in the background.

    Example:  greenshift twin start --speed 600
    """
    handle = process.start(Workspace.find().home, port=port, speed=speed)
    if json:
        terminal.json(asdict(handle))
        return
    terminal.result(
        f"the twin answers on {handle.endpoint}, {handle.speed:g} times as fast as the wall clock"
    )
    terminal.result(f"  any AWS client reaches it with: export AWS_ENDPOINT_URL={handle.endpoint}")


@app.command()
def env() -> None:
    """Print what a shell needs so that the AWS CLI and SDKs reach the twin.

    Example:  eval "$(greenshift twin env)" && aws lambda list-functions
    """
    handle = process.require(Workspace.find().home)
    # Any credentials do; those of a real account do not belong near a toy one.
    told = {
        "AWS_ENDPOINT_URL": handle.endpoint,
        "AWS_DEFAULT_REGION": handle.region,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
    }
    for name, value in told.items():
        terminal.result(f"export {name}={value}")
    terminal.result("unset AWS_PROFILE AWS_SESSION_TOKEN")


@app.command()
def stop() -> None:
    """Stop the project's twin, with everything it runs. What was deployed on it is gone.

    Example:  greenshift twin stop
    """
    handle = process.stop(Workspace.find().home)
    terminal.result(
        "the twin was not running" if handle is None else f"stopped the twin on {handle.endpoint}"
    )


@app.command()
def status(json: JsonOption = False) -> None:
    """Say whether the twin runs, where, and what it holds.

    Example:  greenshift twin status --json
    """
    handle = process.require(Workspace.find().home)
    health, resources = process.health(handle), process.resources(handle)
    if json:
        terminal.json({**asdict(handle), **health, "resources": resources})
        return
    terminal.result(f"the twin answers on {handle.endpoint} (pid {handle.pid}, speed {handle.speed:g})")
    for service, names in resources.items():
        terminal.result(f"  {service:<15} {len(names)}")

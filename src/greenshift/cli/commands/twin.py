"""``greenshift twin start|stop|status|env|repository``: the local AWS, as a process of its own.

``faults`` and ``snapshots`` have the other commands of the group.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from greenshift.advice import LOCAL
from greenshift.cli.commands import faults, snapshots
from greenshift.cli.console.terminal import terminal
from greenshift.cli.options import JsonOption
from greenshift.cli.project import deployed_state, own_repository, pulumi_env
from greenshift.cli.project.home import HOME
from greenshift.cli.project.place import make_home, project_root, twin_home, twin_root
from greenshift.cli.project.repository import Repository
from greenshift.cli.words.held import as_aws_lists, stacks
from greenshift.engine.plugin import process as provider
from greenshift.errors import GreenshiftError, UsageError
from greenshift.settings import load_project
from greenshift.twin import nodesdk
from greenshift.twin.machine import process
from greenshift.twin.machine.cache import default_cache

app = typer.Typer(
    no_args_is_help=True,
    help="Start, stop and look at the local twin of AWS.",
    add_completion=False,
    rich_markup_mode=None,
)
app.add_typer(faults.app, name="faults")
app.command()(snapshots.snapshot)
app.command()(snapshots.restore)


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
    allow_origin: Annotated[
        list[str] | None,
        typer.Option(
            help="Let pages of this origin speak to the twin, and so run code as you; may be given again.",
            metavar="ORIGIN",
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Start this project's twin in the background; any Pulumi project has one, and any other folder.

    Example:  greenshift twin start --speed 600
    """
    root = twin_root()
    home = make_home(root / HOME)
    handle = process.start(home, port=port, speed=speed, allow_origins=allow_origin or ())
    own_repository.register(root, handle)
    if json:
        terminal.json(asdict(handle))
        return
    terminal.result(
        f"the twin answers on {handle.endpoint}, {handle.speed:g} times as fast as the wall clock"
    )
    terminal.result(f"  any AWS client reaches it with: export AWS_ENDPOINT_URL={handle.endpoint}")
    for origin in allow_origin or ():
        terminal.result(f"  pages of {origin} may speak to it, and through it run code as you")


@app.command()
def env(
    pulumi: Annotated[
        bool, typer.Option("--pulumi", help="Also what the Pulumi CLI needs to deploy to the twin.")
    ] = False,
) -> None:
    """Print what a shell needs so that the AWS CLI and SDKs reach the twin.

    \b
    Example:  eval "$(greenshift twin env)" && aws lambda list-functions
              eval "$(greenshift twin env --pulumi)" && pulumi up
    """
    home = twin_home()
    handle = process.require(home)
    told = pulumi_env.aws_variables(handle)
    if pulumi:
        _fetch_node_sdk(home.parent)
        told |= pulumi_env.pulumi_variables(handle, home)
    for name, value in told.items():
        terminal.result(f"export {name}={shlex.quote(value)}")
    terminal.result("unset AWS_PROFILE AWS_SESSION_TOKEN")


def _fetch_node_sdk(root: Path) -> None:
    """What AWS's Node runtimes bundle, once, for a Greenshift project that has Node functions."""
    try:
        functions = load_project(root, LOCAL).settings.functions.values()
        if any(function.runtime.startswith("nodejs") for function in functions):
            nodesdk.install(default_cache(), terminal.progress)
    except GreenshiftError as error:
        if root == project_root(root) and not isinstance(error, UsageError):
            terminal.warning(error.message)


@app.command()
def repository(
    name: Annotated[str, typer.Argument(metavar="OWNER/NAME", help="As a pipeline's source names it.")],
    path: Annotated[Path, typer.Argument(help="The git repository on this machine.", exists=True)],
) -> None:
    """Let a git repository on this machine stand in for one behind a connection, such as GitHub's.

    Example:  greenshift twin repository acme/payments .
    """
    if not re.fullmatch(r"[^/\s]+/[^/\s]+", name):
        raise UsageError(f"{name!r} names no repository", hint="write it as GitHub does: acme/payments")
    handle = process.require(twin_home())
    found = Repository.open(path.resolve())
    process.register_repository(handle, name, found.path)
    terminal.result(f"{name} is {found.path} on this twin")


@app.command()
def stop() -> None:
    """Stop the project's twin, with everything it runs. What was deployed on it is gone.

    Before that, `greenshift twin snapshot FILE` keeps it, with its history; `greenshift twin restore FILE`
    brings it back.

    Example:  greenshift twin stop
    """
    home = twin_home()
    held = _held(home)
    handle = process.stop(home)
    if handle is not None:
        provider.wait_for_end(home, handle.instance)
    terminal.result(
        "the twin was not running" if handle is None else f"stopped the twin on {handle.endpoint}"
    )
    if handle is not None and held:
        terminal.result(f"  what was on it is gone: {held}, and the history of releases")
        terminal.result("  to keep that the next time, before the stop: greenshift twin snapshot FILE")


def _held(home: Path) -> str:
    """What a twin has that is about to be stopped, in words; "" when it has nothing or does not say."""
    try:
        handle = process.find(home)
        found = process.resources(handle) if handle is not None else {}
    except GreenshiftError:
        return ""
    if handle is None or not found:
        return ""
    deployed = deployed_state.counted(home, handle.instance)
    return stacks(deployed) or as_aws_lists({service: len(names) for service, names in found.items()})


@app.command()
def status(json: JsonOption = False) -> None:
    """Say whether the twin runs, where, and what it holds.

    Example:  greenshift twin status --json
    """
    home = twin_home()
    handle = process.require(home)
    attached = provider.find(home, handle.instance)
    health, resources = process.health(handle), process.resources(handle)
    if json:
        port = attached.port if attached is not None else None
        terminal.json({**asdict(handle), **health, "provider_port": port, "resources": resources})
        return
    terminal.result(f"the twin answers on {handle.endpoint} (pid {handle.pid}, speed {handle.speed:g})")
    if attached is not None:
        terminal.result(f"  the provider for the Pulumi CLI answers on port {attached.port}")
    for service, names in resources.items():
        terminal.result(f"  {service:<15} {len(names)}")

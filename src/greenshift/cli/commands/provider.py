"""``greenshift provider``: the table of AWS types as a Pulumi resource provider, for as long as it runs."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Annotated

import typer

from greenshift.cli.console.terminal import terminal
from greenshift.cli.project.place import twin_home
from greenshift.engine.plugin import schema, sdk
from greenshift.engine.plugin.server import Place, serving
from greenshift.errors import UsageError
from greenshift.twin.machine import process

_REGION = "us-east-1"


def provider(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.", min=0, max=65535)] = 0,
    endpoint: Annotated[
        str, typer.Option(help="Where resources are created. Default: this project's twin.", metavar="URL")
    ] = "",
    region: Annotated[str, typer.Option(help="The region of resources. Default: the twin's.")] = "",
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse what is not there, instead of a stand-in in the state.")
    ] = False,
    shows_schema: Annotated[
        bool, typer.Option("--schema", help="Print the package schema as JSON instead, and end.")
    ] = False,
) -> None:
    """Serve the types Greenshift knows as a Pulumi provider. Prints its port; Ctrl-C ends it.

    `greenshift twin env --pulumi` starts one by itself, beside the twin. This is for an endpoint of your own.

    \b
    Example:  greenshift provider --port 4000
              PULUMI_DEBUG_PROVIDERS=aws:4000 pulumi preview
              greenshift provider --schema > aws.json && pulumi schema check aws.json
    """
    if shows_schema:
        terminal.result(schema.document(sdk.expected_version(Path.cwd())))
        return
    place = _place(endpoint, region, stand_ins=not strict)
    with serving(place, port) as taken:
        terminal.result(str(taken))
        terminal.progress(f"resources are created on {place.endpoint}; Ctrl-C ends the provider")
        threading.Event().wait()


def _place(endpoint: str, region: str, *, stand_ins: bool) -> Place:
    if not endpoint:
        twin = process.require(twin_home())
        return Place(twin.endpoint, region or twin.region, Path.cwd(), stand_ins)
    if not endpoint.startswith(("http://", "https://")):
        raise UsageError(
            f"--endpoint: {endpoint!r} is no address", hint="write it like http://127.0.0.1:4566"
        )
    region = region or os.environ.get("AWS_REGION") or _REGION
    return Place(endpoint.rstrip("/"), region, Path.cwd(), stand_ins)

"""``greenshift twin snapshot|restore``: the project's twin as a file, with the state of what is deployed."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from greenshift.cli.console.terminal import terminal
from greenshift.cli.options import JsonOption
from greenshift.cli.project import deployed_state, own_repository
from greenshift.cli.project.home import HOME
from greenshift.cli.project.place import make_home, twin_home, twin_root
from greenshift.cli.words.held import as_aws_lists
from greenshift.errors import TwinError, UsageError
from greenshift.twin.machine import process
from greenshift.twin.machine.options import manifest_of
from greenshift.twin.machine.process import TwinHandle
from greenshift.twin.snapshot import archive

_STATE = "deployed"
_TOLD = 5

FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="The snapshot, as twin snapshot wrote it.")
]


def snapshot(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it; one that is there goes.")],
    wait: Annotated[
        float, typer.Option(help="Seconds to wait until nothing is under way on the twin.", min=0)
    ] = 10.0,
    json: JsonOption = False,
) -> None:
    """Write all there is on the project's twin into one file; the twin runs on.

    Code, objects, items, the pipeline with its history, metrics, alarms, secrets: whoever has the file has
    them. It also holds the state of the stacks that are deployed there.

    \b
    Example:  greenshift twin snapshot payments.twin
              greenshift twin stop && greenshift twin restore payments.twin
    """
    home = twin_home()
    handle = process.require(home)
    target = file.absolute()
    if not target.parent.is_dir():
        raise UsageError(f"there is no folder {target.parent}", hint="make it, or name another file")
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with deployed_state.locked(home) as state:
            manifest = _taken(handle, temporary, wait)
            archive.add(temporary, _STATE, deployed_state.contents(state))
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    size = target.stat().st_size
    if json:
        terminal.json(
            {"file": str(file), "bytes": size, "time": manifest["time"], "counts": manifest["counts"]}
        )
        return
    terminal.result(f"{file}: {as_aws_lists(manifest['counts'])}, {size / 1e6:.1f} MB")
    terminal.result("  whatever is secret on the twin is in it, and readable")
    terminal.result(f"  the twin again as it is now: greenshift twin restore {file}")


def restore(
    file: FileArgument,
    port: Annotated[
        int | None,
        typer.Option(
            help="Not the port the twin had; 0 takes a free one. Addresses that are kept name the old one.",
            min=0,
            max=65535,
        ),
    ] = None,
    speed: Annotated[
        float | None,
        typer.Option(help="Twin seconds per real second. Default: as it was.", min=process.SLOWEST),
    ] = None,
    allow_origin: Annotated[
        list[str] | None,
        typer.Option(help="Let pages of this origin speak to the twin; no file says so.", metavar="ORIGIN"),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Start this project's twin as it was when a snapshot was taken of it.

    It goes on at the moment it stood at. Reading the file runs nothing of it; the twin then runs what is in
    it - functions, builds, schedules - as you, so restore only what you would also deploy.

    Example:  greenshift twin restore payments.twin
    """
    root = twin_root()
    home = make_home(root / HOME)
    manifest = manifest_of(file)
    handle = process.start(home, port=port, speed=speed, allow_origins=allow_origin or (), restore=file)
    with archive.opened(file) as found:
        deployed_state.put_back(home, found.added(_STATE))
    own_repository.register(root, handle)
    if json:
        terminal.json({**asdict(handle), "counts": manifest.counts})
        return
    terminal.result(f"the twin answers on {handle.endpoint}, as it was: {as_aws_lists(manifest.counts)}")
    if handle.port != manifest.port:
        terminal.warning(
            f"it was on port {manifest.port}: addresses in what is kept (functions' environments) name that"
        )


def _taken(handle: TwinHandle, path: Path, seconds: float) -> dict[str, Any]:
    """What the file says of itself; an error that says what hinders it."""
    answer = process.take_snapshot(handle, path, seconds)
    if "under_way" in answer:
        names = answer["under_way"]
        more = f", and {len(names) - _TOLD} more" if len(names) > _TOLD else ""
        raise TwinError(
            f"the twin is at work, which no file can hold: {', '.join(names[:_TOLD])}{more}",
            hint="wait until it is done (greenshift status; or a longer --wait), or end it: greenshift abort",
        )
    if "unkeepable" in answer:
        raise TwinError(
            f"the twin has something that no file can hold: {answer['unkeepable']}",
            hint="delete the resource it belongs to, and try again",
        )
    manifest: dict[str, Any] = answer["manifest"]
    return manifest

"""``greenshift demo``: the whole story on a twin of its own, of which only downloads stay."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from greenshift.cli.calls.requests import Traffic
from greenshift.cli.commands import deploy, destroy
from greenshift.cli.commands.release import begin
from greenshift.cli.console.terminal import terminal
from greenshift.cli.following.ending import tell_end
from greenshift.cli.following.follow import follow
from greenshift.cli.project.home import HOME
from greenshift.cli.project.workspace import Workspace
from greenshift.cli.words.ledger_table import table, under
from greenshift.cli.words.onward import Running, onward
from greenshift.cli.words.spoken import calls
from greenshift.contract.text import duration
from greenshift.engine import summary
from greenshift.errors import GreenshiftError, UsageError
from greenshift.twin.machine import process
from greenshift.twin.machine.cache import default_cache, named_cache
from greenshift.view import FunctionOutputs, Progress
from greenshift.view.live import live_id

_EXAMPLE = Path(__file__).parents[1] / "example"
"""examples/payments, which travels in the package: the demo works wherever Greenshift is installed."""
_REQUESTS_PER_SECOND = 40
_STEPS = (
    ("v2", "Lower the fee", "Succeeded", "A lower fee: unit tests pass, and so does real traffic"),
    ("v3", "Remember recent payments", "Failed", "A cache: unit tests pass, and real traffic fills it up"),
)  # fmt: skip


def demo(
    example: Annotated[
        Path | None,
        typer.Option(
            help="Another project to ship, with its releases in releases/.",
            exists=True,
            file_okay=False,
            show_default=False,
        ),
    ] = None,
    speed: Annotated[float, typer.Option(help="Twin seconds per real second.", min=1.0)] = 60.0,
) -> None:
    """Ship a good version and a bad one of two real functions, and clean up. Needs no account.

    Example:  greenshift demo --speed 120
    """
    began = time.monotonic()
    shipped = example or _EXAMPLE
    if not (shipped / "releases").is_dir():
        raise UsageError(
            f"{shipped} has no releases/ to ship", hint="leave --example out to ship Greenshift's own"
        )
    with _project(shipped) as directory, _deployed(directory, speed) as workspace:
        _ship_all(workspace)
        _chapter("The history")
        releases = workspace.view().history(20)
        for line in table(releases, workspace.hours(), live_id(releases)):
            terminal.entry(line, under(line))
        _chapter("Clean up")
    took = time.monotonic() - began
    terminal.entry(
        "gone again: the demo's project, its twin, its processes and ports. "
        f"The demo itself took {took:.0f} s",
        under=2,
    )
    _tell_what_comes_next()


def _tell_what_comes_next() -> None:
    if (cache := default_cache()).is_dir():
        # One that a variable names, as `make demo` does, is not where other commands look.
        whose = "demo" if named_cache() else "time"
        terminal.progress(f"[dim]downloads stay for the next {whose}, in {escape(str(cache))}[/]")
    first, *more = (escape(line) for line in onward(Running.here()))
    terminal.progress(f"next: {first}")
    for line in more:
        terminal.progress(line)


def _ship_all(workspace: Workspace) -> None:
    _chapter("The first release")
    terminal.progress("[dim]version 1 of each function is a placeholder, so this one publishes version 2[/]")
    expect("Succeeded", _ship(workspace, is_first=True))
    for name, message, ending, story in _STEPS:
        _chapter(story)
        _apply(workspace.project.directory, name, message)
        expect(ending, _ship(workspace))


def _ship(workspace: Workspace, *, is_first: bool = False) -> Progress:
    """One release under real traffic, to its end. Before the first one there is no code to answer."""
    view, hours = workspace.view(), workspace.hours()
    execution = begin(workspace, view, workspace.clients(workspace.twin())).id
    client = workspace.clients(workspace.twin())("lambda")
    with Traffic(client, view.outputs.functions, _payment, per_second=_REQUESTS_PER_SECOND) as traffic:
        snapshot = follow(view, execution, terminal, hours=hours)
    tell_end(snapshot, view, terminal, hours)
    changed = snapshot.release.changed if is_first and snapshot.release is not None else ()
    _tell_traffic(traffic, {(function.key, function.from_version) for function in changed})
    return snapshot


def _payment(function: FunctionOutputs, number: int) -> dict[str, Any]:
    return {"id": f"{function.key}-{number}", "amount": 1000 + number}


def _tell_traffic(traffic: Traffic, without_code: Collection[tuple[str, str]]) -> None:
    for key, version in sorted(traffic.answers.keys() | traffic.errors.keys()):
        failed = traffic.errors[key, version]
        if (key, version) in without_code:
            terminal.progress(f"  [dim]{key} version {version}: {failed} calls before there was any code[/]")
            continue
        told = calls(traffic.answers[key, version] + failed, failed)
        style = "red" if failed else "dim"
        terminal.progress(f"  [dim]{key} version {version}:[/] [{style}]{told}[/]")


def expect(status: str, snapshot: Progress) -> None:
    """GreenshiftError when a release of the demo ended otherwise than its story has it."""
    if snapshot.status != status:
        raise GreenshiftError(
            f"this release should have ended {status}, and ended {snapshot.status}",
            hint="where a machine is busy, AWS's time limits pass before its work is done: try again with a "
            "slower clock: greenshift demo --speed 20; of this demo nothing is left",
        )


@contextmanager
def _project(example: Path) -> Iterator[Path]:
    """A copy of the example as a git repository of its own, removed at the end."""
    directory = Path(HOME).absolute() / "demo"
    shutil.rmtree(directory, ignore_errors=True)
    shutil.copytree(example, directory, ignore=shutil.ignore_patterns(HOME, "node_modules", "__pycache__"))
    try:
        _git(directory, "init", "--quiet", "--initial-branch", "main")
        _commit(directory, "Charges and refunds")
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)
        with suppress(OSError):  # somebody else's is in it
            directory.parent.rmdir()


@contextmanager
def _deployed(directory: Path, speed: float) -> Iterator[Workspace]:
    """The example on a twin; destroyed, checked and stopped at the end, come what may."""
    workspace = Workspace.find(directory=directory)
    _chapter("The pipeline, on a twin of AWS on this machine")
    twin = process.start(workspace.home, speed=speed)
    terminal.progress(_told_of_time(speed))
    try:
        deployed = deploy.deploy(workspace, twin, quiet=True)
        terminal.progress(f"{summary(deployed.changes, planned=False)} [dim]({deployed.duration:.1f} s)[/]")
        yield workspace
        destroy.remove(workspace, twin, quiet=True)
        left = process.resources(twin)
        if left:
            raise GreenshiftError(f"destroy left something behind: {left}")
    finally:
        process.stop(workspace.home)


def _told_of_time(speed: float) -> str:
    """Why waiting for minutes takes seconds here: whoever does not know it takes the times for a fault."""
    if speed == 1:
        return "the twin's clock runs as fast as yours"
    return (
        f"the twin's clock runs {speed:g} times as fast as yours: "
        f"a second here is {duration(speed)} of AWS, and a shift of minutes takes seconds"
    )


def _apply(directory: Path, name: str, message: str) -> None:
    _git(directory, "apply", f"releases/{name}.patch")
    _commit(directory, message)


def _commit(directory: Path, message: str) -> None:
    _git(directory, "add", "--all")
    identity = ["-c", "user.name=demo", "-c", "user.email=demo@greenshift.invalid"]
    _git(directory, *identity, "commit", "--quiet", "--message", message)


def _git(directory: Path, *arguments: str) -> None:
    done = subprocess.run(
        ["git", "-C", str(directory), *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise GreenshiftError(f"git {' '.join(arguments)} failed: {done.stderr.strip()}")


def _chapter(title: str) -> None:
    terminal.result(f"\n[bold]── {escape(title)}[/]")

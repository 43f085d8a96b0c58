"""The last word on a release: what it did, or why it did not, with the log of a build that failed."""

from __future__ import annotations

from rich.text import Text

from greenshift.cli.icons import BACK, BAD, OK
from greenshift.cli.narrate import first_line, published, shown
from greenshift.cli.terminal import Terminal, terminal
from greenshift.view import Progress, ReleaseView, StackView
from greenshift.view.builds import failing_part

FAILED = 1


def tell_end(snapshot: Progress, view: StackView, to: Terminal) -> None:
    """The last word on a release, on stdout; with the log of a build that failed."""
    _tell_failed_build(snapshot, view, to)
    release = snapshot.release
    if snapshot.status == "Succeeded":
        done = published(release) if release and release.changed else "nothing changed, nothing was deployed"
        to.result(f"{OK.markup} [bold]{snapshot.commit[:8]}[/] released: {done}")
    elif release is not None and release.status == "ROLLED_BACK":
        to.result(f"{BACK.markup} [bold]{snapshot.commit[:8]}[/] rolled back: {shown(reason(release))}")
        to.result("  every function serves the version it served before; see: greenshift history")
    else:
        to.result(
            f"{BAD.markup} [bold]{snapshot.commit[:8]}[/] {snapshot.status.lower()}: {shown(_why(snapshot))}"
        )


def tell_rollback(release: ReleaseView) -> None:
    """The last word on a rollback, on stdout."""
    why = shown(release.reason or "no reason recorded")
    match release.status:
        case "SUCCEEDED":
            terminal.result(f"{OK.markup} back: {published(release)}")
        case "UNCHANGED":
            terminal.result(f"{OK.markup} nothing to do: these versions are live already")
        case "ROLLED_BACK":
            terminal.result(f"{BACK.markup} the rollback itself went back: {why}")
        case _:
            terminal.result(f"{BAD.markup} {why}")


def reason(release: ReleaseView) -> str:
    return first_line(release.reason) or "no reason recorded"


def _why(snapshot: Progress) -> str:
    failed = next((stage for stage in snapshot.stages if stage.error), None)
    if failed is None:
        return reason(snapshot.release) if snapshot.release else "no reason recorded"
    return f"stage {failed.name}: {first_line(failed.error)}"


def _tell_failed_build(snapshot: Progress, view: StackView, to: Terminal) -> None:
    for stage in snapshot.stages:
        for action in stage.actions:
            if stage.name == "Build" and action.status == "Failed" and action.external_id:
                for line in failing_part(view.build_log(action.external_id)):
                    # Tools colour their output for whoever reads the log; a pipe gets the words alone.
                    to.err.print(Text("  │ ").append_text(Text.from_ansi(line)), style="dim")

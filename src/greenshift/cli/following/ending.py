"""The last word on a release: what it did, or why it did not, with the log of a build that failed."""

from __future__ import annotations

from rich.text import Text

from greenshift.cli.console.terminal import Terminal, terminal
from greenshift.cli.following.narrate import first_line, published, shown
from greenshift.cli.words.icons import BACK, BAD, OK
from greenshift.contract.status_words import word
from greenshift.view import AWS, Hours, Progress, ReleaseView, StackView
from greenshift.view.builds import failing_part
from greenshift.view.ended import failed_build, why
from greenshift.view.log_moments import by_reader

FAILED = 1


def tell_end(snapshot: Progress, view: StackView, to: Terminal, hours: Hours = AWS) -> None:
    """The last word on a release, on stdout; with the log of a build that failed."""
    _tell_failed_build(snapshot, view, to, hours)
    release = snapshot.release
    if snapshot.status == "Succeeded":
        done = published(release) if release and release.changed else "nothing changed, nothing was deployed"
        to.result(f"{OK.markup} [bold]{snapshot.commit[:8]}[/] released: {done}")
    elif release is not None and release.status == "ROLLED_BACK":
        to.result(
            f"{BACK.markup} [bold]{snapshot.commit[:8]}[/] rolled back: {shown(reason(release, hours))}"
        )
        to.result("  every function serves the version it served before; see: greenshift history")
    else:
        ended = word(snapshot.status)
        to.result(f"{BAD.markup} [bold]{snapshot.commit[:8]}[/] {ended}: {shown(_why(snapshot, hours))}")
        if release is None or not any(each.deployment_id for each in release.functions):
            to.result("  nothing of it is live: every function serves the version it served before")


def tell_rollback(release: ReleaseView, hours: Hours = AWS) -> None:
    """The last word on a rollback, on stdout."""
    because = shown(reason(release, hours))
    match release.status:
        case "SUCCEEDED":
            terminal.result(f"{BACK.markup} back: {published(release)}")
        case "UNCHANGED":
            terminal.result(f"{OK.markup} nothing to do: these versions are live already")
        case "ROLLED_BACK":
            terminal.result(f"{BACK.markup} the rollback itself went back: {because}")
        case _:
            terminal.result(f"{BAD.markup} {because}")


def reason(release: ReleaseView, hours: Hours = AWS) -> str:
    return first_line(release.reason, hours) or "no reason recorded"


def _why(snapshot: Progress, hours: Hours) -> str:
    return first_line(why(snapshot.stages, snapshot.release), hours) or "no reason recorded"


def _tell_failed_build(snapshot: Progress, view: StackView, to: Terminal, hours: Hours) -> None:
    """Shows the part of the log that tells why."""
    build = failed_build(snapshot.stages)
    for line in failing_part(view.build_log(build)) if build else ():
        # Tools colour their output for whoever reads the log; a pipe gets the words alone.
        to.quote(Text.from_ansi(by_reader(line, hours)))

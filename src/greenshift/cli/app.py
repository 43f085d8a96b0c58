"""All commands together, and the one place where an error becomes a line and an exit code."""

from __future__ import annotations

import typer

from greenshift import __version__
from greenshift.cli import check, demo, deploy, doctor, history, new, release, status, twin, verify
from greenshift.cli.terminal import terminal
from greenshift.errors import GreenshiftError

INTERRUPTED = 130

app = typer.Typer(
    name="greenshift",
    help="Release AWS Lambda functions safely: the whole pipeline, on this machine and on AWS.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.command("new")(new.new)
app.command("preview")(deploy.preview)
app.command("up")(deploy.up)
app.command("release")(release.release)
app.command("status")(status.status)
app.command("history")(history.history)
app.command("destroy")(deploy.destroy)
app.command("check")(check.check)
app.command("doctor")(doctor.doctor)
app.command("verify")(verify.verify)
app.command("demo")(demo.demo)
app.add_typer(twin.app, name="twin")


def _version(value: bool) -> None:
    if value:
        terminal.result(f"greenshift {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version."
    ),
) -> None:
    """Release AWS Lambda functions safely: the whole pipeline, on this machine and on AWS."""


def run() -> int:
    """Run the command line; errors a person can mend are one line, ours keep their traceback."""
    try:
        app()
    except GreenshiftError as error:
        terminal.error(error)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    return 0

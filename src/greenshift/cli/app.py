"""All commands together, and the one place where an error becomes a line and an exit code."""

from __future__ import annotations

import typer
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from greenshift import __version__
from greenshift.cli import (
    approve,
    check,
    dashboard,
    demo,
    deploy,
    doctor,
    history,
    logs,
    new,
    release,
    repair,
    rollback,
    show,
    stats,
    status,
    traffic,
    twin,
    verify,
)
from greenshift.cli.terminal import terminal
from greenshift.errors import GreenshiftError

INTERRUPTED = 130
_UNANSWERED = "see whether the twin still runs with: greenshift twin status; on AWS, check your credentials"

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
app.command("rollback")(rollback.rollback)
app.command("status")(status.status)
app.command("history")(history.history)
app.command("show")(show.show)
app.command("logs")(logs.logs)
app.command("approve")(approve.approve)
app.command("reject")(approve.reject)
app.command("traffic")(traffic.traffic)
app.command("stats")(stats.stats)
app.command("dashboard")(dashboard.dashboard)
app.command("destroy")(deploy.destroy)
app.command("check")(check.check)
app.command("doctor")(doctor.doctor)
app.command("repair")(repair.repair)
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
    except ParamValidationError:
        raise  # what we asked for was wrong, not the answer
    except (BotoCoreError, ClientError) as error:
        terminal.error(GreenshiftError(str(error), hint=_UNANSWERED))
        return GreenshiftError.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    return 0

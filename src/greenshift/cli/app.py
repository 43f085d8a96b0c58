"""All commands together, and the one place where an error becomes a line and an exit code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from greenshift import __version__
from greenshift.cli.console import misuse
from greenshift.cli.console.narrow_console import make_room
from greenshift.cli.console.terminal import terminal
from greenshift.cli.lazy import LazyGroup
from greenshift.errors import GONE, GreenshiftError, is_gone

if TYPE_CHECKING:
    from greenshift.engine.program.host import Waiting

INTERRUPTED = 130
_UNANSWERED = "see whether the twin still runs with: greenshift twin status; on AWS, check your credentials"

app = typer.Typer(
    name="greenshift",
    cls=LazyGroup,
    help="Release AWS Lambda functions safely: the whole pipeline, on this machine and on AWS.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


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


def run(waiting: Waiting | None = None) -> int:
    """Run the command line; errors a person can fix are one line, ours keep their traceback.

    ``waiting``: a process for the program that the command will run (``ahead``).
    """
    make_room()
    try:
        ended = app(standalone_mode=False, prog_name="greenshift", obj=waiting)
    except GreenshiftError as error:
        terminal.error(error)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except typer.Abort:
        terminal.progress("aborted; nothing was done")
        return GreenshiftError.exit_code
    except Exception as error:
        if misuse.is_misuse(error):
            return misuse.tell(error, terminal)
        if not _is_refusal(error):
            raise
        terminal.error(GreenshiftError(str(error), hint=GONE if is_gone(error) else _UNANSWERED))
        return GreenshiftError.exit_code
    return ended if isinstance(ended, int) else 0


def _is_refusal(error: Exception) -> bool:
    """Whether AWS, or the twin, did not answer, or with an error; botocore is loaded where anybody asked it.

    A call that was wrong before it was sent is a fault of ours.
    """
    if "botocore" not in sys.modules:
        return False
    from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

    return isinstance(error, BotoCoreError | ClientError) and not isinstance(error, ParamValidationError)

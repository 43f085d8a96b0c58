"""``greenshift version``: the same as ``--version``, for who looks for a command."""

from __future__ import annotations

from greenshift import __version__
from greenshift.cli.console.terminal import terminal
from greenshift.cli.options import JsonOption


def version(json: JsonOption = False) -> None:
    """Print the version.

    \b
    Example:  greenshift version --json
    """
    terminal.json({"version": __version__}) if json else terminal.result(f"greenshift {__version__}")

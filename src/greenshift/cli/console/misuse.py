"""What is said when a command was called wrongly: the same two lines as for any other error."""

from __future__ import annotations

from typing import Any

from greenshift.cli.console.terminal import Terminal
from greenshift.errors import UsageError


def is_misuse(error: Exception) -> bool:
    """Whether it is the command line's own: what it found wrong in the words that were typed."""
    return hasattr(error, "format_message") and hasattr(error, "exit_code")


def tell(error: Any, terminal: Terminal) -> int:
    """Say what was wrong and where the help is; the exit code. A group called alone shows its help."""
    message, context = error.format_message(), getattr(error, "ctx", None)
    if message.startswith("Usage: "):
        terminal.err.print(message, markup=False)
    else:
        path = context.command_path if context is not None else "greenshift"
        terminal.error(UsageError(message.rstrip("."), hint=f"{path} --help"))
    return int(error.exit_code)

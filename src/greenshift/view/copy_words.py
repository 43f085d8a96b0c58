"""What a function serves while it is no release's: the words of `status` and of the page. Pure."""

from __future__ import annotations

from greenshift.view.model import FunctionView

_RUNNING = "your working copy (greenshift dev)"
_LEFT = "a working copy that greenshift dev left behind"


def copy_in_words(function: FunctionView) -> str:
    """Whose working copy it serves, and what is released; empty where it serves none."""
    if not function.released:
        return ""
    return f"{_LEFT if function.is_left_behind else _RUNNING}; version {function.released} is released"

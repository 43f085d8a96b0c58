"""Where a project's own files are: nobody's to commit. It imports nothing, as every command begins here."""

from __future__ import annotations

from pathlib import Path

HOME = ".greenshift"


def state_path(home: Path, stack: str) -> Path:
    """The state of a stack on the twin; what else is known of its runs stands beside it."""
    return home / "state" / f"{stack}.json"

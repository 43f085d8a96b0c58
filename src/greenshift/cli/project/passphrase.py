"""The passphrase of a project's local state, made once, whoever comes first."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path


def project_passphrase(home: Path) -> str:
    """What ``<home>/passphrase`` holds; made when there is none, readable by its owner alone."""
    path = home / "passphrase"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        _make(path)
    return path.read_text()


def _make(path: Path) -> None:
    """Whole or not at all: two commands may come at the same moment, and both must read one passphrase."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".passphrase-")  # mode 0600
    made = Path(name)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(32))
        with contextlib.suppress(FileExistsError):  # the other one was first
            path.hardlink_to(made)
    finally:
        made.unlink()

"""The project that ``greenshift new`` makes, deployed and released once by commands, on a twin of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

from greenshift.twin.machine import process
from support.people.shell import Shell
from support.stacks.kept import SNAPSHOT, Kept

_NAME = "my-app"


def released_project(kept: Kept, root: Path, speed: float) -> Shell:
    """Below ``root``, its twin running at ``speed``; whoever asks for it stops the twin."""
    source = kept.folder(_NAME, _release)
    shutil.copytree(source / _NAME, root / _NAME, symlinks=True)
    shell = Shell(root / _NAME)
    # Each has a port of its own, as several run at once; nothing of this stack names one.
    shell.greenshift("twin", "restore", str(source / SNAPSHOT), "--port", "0", "--speed", str(speed))
    return shell


def _release(folder: Path) -> None:
    Shell(folder).greenshift("new", _NAME)
    shell = Shell(folder / _NAME)
    try:
        shell.greenshift("up")
        shell.greenshift("release")
        shell.greenshift("twin", "snapshot", str(folder / SNAPSHOT), "--wait", "60")
    finally:
        process.stop(shell.home)

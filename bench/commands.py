"""Runs greenshift in a project of its own; what the other benchmarks share."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any


def greenshift(directory: Path, *arguments: str) -> tuple[float, Any]:
    """The wall seconds of one command, and what it said as JSON."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "greenshift", *arguments],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - began
    if done.returncode != 0:
        raise SystemExit(f"greenshift {' '.join(arguments)} ended {done.returncode}\n{done.stderr}")
    return seconds, json.loads(done.stdout) if "--json" in arguments else done.stdout


def commit(directory: Path, message: str) -> None:
    for arguments in (["add", "--all"], ["commit", "--quiet", "--message", message]):
        identity = ["-c", "user.name=bench", "-c", "user.email=bench@example.invalid"]
        subprocess.run(["git", "-C", str(directory), *identity, *arguments], check=True)

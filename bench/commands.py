"""Runs commands in a project and measures them; what the benchmarks share."""

from __future__ import annotations

import compileall
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# An installed Greenshift has its bytecode, whatever this shell says of writing it.
compileall.compile_dir(str(Path(__file__).resolve().parents[1] / "src"), quiet=1)


@dataclass(frozen=True)
class Ran:
    """One command. ``megabytes`` is the most that any one process of it held in memory."""

    seconds: float
    out: str
    megabytes: float

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def run(command: Sequence[str], directory: Path, environment: Mapping[str, str] | None = None) -> Ran:
    """Ends the benchmark when the command fails."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.monotonic()
        process = subprocess.Popen(
            command, cwd=directory, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err
        )
        # Of the command and all it has waited for, the largest (getrusage(2): ru_maxrss, in kilobytes).
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        texts = [(stream.seek(0), stream.read().decode(errors="replace"))[1] for stream in (out, err)]
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended {process.returncode}\n{texts[0][-2000:]}\n{texts[1]}")
    return Ran(seconds, texts[0], used.ru_maxrss / 1024)


def measured(directory: Path, *arguments: str) -> Ran:
    """One command of greenshift."""
    return run([sys.executable, "-m", "greenshift", *arguments], directory)


def greenshift(directory: Path, *arguments: str) -> tuple[float, Any]:
    """The wall seconds of one command, and what it said as JSON."""
    ran = measured(directory, *arguments)
    return ran.seconds, ran.json if "--json" in arguments else ran.out


def commit(directory: Path, message: str) -> None:
    for arguments in (["add", "--all"], ["commit", "--quiet", "--message", message]):
        identity = ["-c", "user.name=bench", "-c", "user.email=bench@example.invalid"]
        subprocess.run(["git", "-C", str(directory), *identity, *arguments], check=True)

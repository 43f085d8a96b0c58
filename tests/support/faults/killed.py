"""Runs of the engine that are killed at a chosen line of their journal.

Python and the engine are loaded once, in a process that forks one child for each run: ``python killed.py``
reads an order (JSON) a line, and answers how the run ended.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from greenshift.engine import Program, StateFile, Target
from greenshift.engine.engine import Engine
from greenshift.engine.state.journal import Journal
from greenshift.errors import GreenshiftError

SECONDS = 120


@dataclass(frozen=True)
class Ended:
    """How a run ended: the lines it wrote, whether it was killed, and its error."""

    lines: int
    killed: bool
    error: str
    changes: dict[str, int]


class Runner:
    """The process that forks the runs."""

    def __init__(self, directory: Path, endpoint: str) -> None:
        self._directory, self._endpoint = directory, endpoint
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, what: str, *, kill: int | None = None, step: str = "1") -> Ended:
        """``kill``: the line at which the run ends: before it is written if it tells how a call ended (the
        call was made, nobody knows), after it if it tells that a call begins (nobody made it)."""
        order = {"what": what, "kill": kill, "step": step, "endpoint": self._endpoint}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({**order, "directory": str(self._directory)}) + "\n")
        self._process.stdin.flush()
        return Ended(**json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        self._process.communicate(timeout=SECONDS)


class Deadly(Journal):
    """A journal that kills its process at one of its lines."""

    kill: int | None = None
    lines = 0

    def _write(self, line: dict[str, Any], apply: Any) -> None:
        begins = "begin" in line
        number = self._count() if not begins else None
        if number is not None and number == self.kill:
            os.kill(os.getpid(), signal.SIGKILL)
        super()._write(line, apply)
        if begins and self._count() == self.kill:
            os.kill(os.getpid(), signal.SIGKILL)

    def _count(self) -> int:
        with self._lock:
            Deadly.lines += 1
            return Deadly.lines


def _serve() -> None:
    for text in sys.stdin:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            _run(json.loads(text), writing)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as report:
            said = report.read()
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        died = {"lines": 0, "killed": killed, "error": "" if killed else "it died", "changes": {}}
        print(said or json.dumps(died), flush=True)


def _run(order: dict[str, Any], report: int) -> None:
    Deadly.kill = order["kill"]
    directory = Path(order["directory"])
    engine = Engine(
        Program(directory, "forty", "local", {"forty:step": order["step"]}),
        Target(order["endpoint"], "us-east-1", "instance-1"),
        StateFile(directory / "state" / "local.json", Deadly),
        lambda event: None,
        "correct horse",
    )
    error, changes = "", {}
    try:
        changes = dict(getattr(engine, order["what"])().changes)
    except GreenshiftError as failure:
        error = failure.message
    said = {"lines": Deadly.lines, "killed": False, "error": error, "changes": changes}
    os.write(report, json.dumps(said).encode())


if __name__ == "__main__":
    _serve()

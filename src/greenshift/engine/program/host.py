"""Starts the program's process, listens to what it prints, and makes sure it is gone in the end."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from greenshift.engine.events import Severity
from greenshift.engine.program import groups
from greenshift.engine.program.program_spec import Program
from greenshift.engine.reporter import Reporter
from greenshift.errors import EngineError

_TAIL = 20  # lines of standard error shown when a program dies without a word


@dataclass(frozen=True)
class Ending:
    """How the program ended: ``well``, ``refused`` (a GreenshiftError), ``raised``, ``exit`` or ``died``."""

    kind: str
    message: str = ""
    hint: str = ""
    code: int = 1
    frames: tuple[str, ...] = ()


class ProgramError(EngineError):
    """The program refused with an error of ours: the same line, hint and exit code."""

    def __init__(self, message: str, *, hint: str = "", exit_code: int = 1) -> None:
        super().__init__(message, hint=hint)
        self.exit_code = exit_code


def failure(ending: Ending, reporter: Reporter, directory: Path) -> EngineError:
    """What a program that did not end well is reported as; where it raised is told line by line."""
    if ending.kind == "refused":
        return ProgramError(reporter.clean(ending.message), hint=ending.hint, exit_code=ending.code)
    for frame in ending.frames:
        reporter.says("error", f"  at {frame}")
    where = f" (at {ending.frames[-1]})" if ending.frames else ""
    return EngineError(
        reporter.clean(f"the program failed: {ending.message}{where}"),
        hint=f"fix {directory / '__main__.py'} and run the same command again",
    )


class Host:
    """One run of the program."""

    def __init__(
        self, process: subprocess.Popen[str], report: IO[str], says: Callable[[Severity, str], None]
    ) -> None:
        self._process = process
        self._report = report
        self._tail: list[str] = []
        self._listeners = [
            threading.Thread(target=self._listen, args=(process.stdout, "info", says), daemon=True),
            threading.Thread(target=self._listen, args=(process.stderr, "warning", says), daemon=True),
        ]
        for listener in self._listeners:
            listener.start()

    def wait(self) -> Ending:
        """Until the program has ended. A Ctrl-C interrupts this."""
        text = self._report.readline()
        code = self._process.wait()
        self._heard()
        if not text:
            tail = "\n".join(self._tail)
            return Ending(
                "died", f"the program's process ended with code {code} and no word\n{tail}".rstrip()
            )
        return _ending(json.loads(text))

    def kill(self) -> None:
        """End the program and everything it started. Safe to call at any time, from any thread."""
        groups.kill(self._process)

    def close(self) -> None:
        self.kill()
        self._process.wait()
        self._report.close()
        if self._heard():
            for stream in (self._process.stdout, self._process.stderr):
                if stream is not None:
                    stream.close()
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()

    def _heard(self) -> bool:
        """Wait for the last words; a runaway grandchild may hold the pipe open, and is not worth a hang."""
        for listener in self._listeners:
            listener.join(timeout=2)
        return not any(listener.is_alive() for listener in self._listeners)

    def _listen(self, stream: IO[str], severity: Severity, says: Callable[[Severity, str], None]) -> None:
        for line in stream:
            if severity == "warning":
                self._tail = [*self._tail, line.rstrip("\n")][-_TAIL:]
            says(severity, line.rstrip("\n"))


def _ending(report: dict[str, Any]) -> Ending:
    match report["ended"]:
        case "refused":
            return Ending("refused", report["message"], report["hint"], report["code"])
        case "raised":
            return Ending("raised", report["error"], frames=tuple(report["frames"]))
        case "exit":
            return Ending("exit", f"the program called sys.exit({report['code']})")
    return Ending("well")


@dataclass(frozen=True)
class Waiting:
    """A process in a group of its own that has loaded the SDK and waits to be told which program to run."""

    process: subprocess.Popen[str]
    report: IO[str]
    writing: int
    """What the process calls the end of ``report`` that it writes to."""

    def discard(self) -> None:
        """End it when nobody used it; what ran a program is gone already."""
        if self.report.closed:
            return
        groups.kill(self.process)
        self.process.wait()
        for stream in (self.report, self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


def waiting(state: Path | None = None) -> Waiting:
    """Start a process that can run any one program.

    With a ``state``, the file beside it names what the last program of it imported; it is loaded meanwhile.
    """
    memory = [str(imported(state))] if state is not None else []
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "greenshift.engine.program", *memory],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        # Without a proxy for the loopback address, on which gRPC would insist otherwise.
        env={**os.environ, "no_grpc_proxy": "127.0.0.1"},
        pass_fds=(writing,),
        start_new_session=True,
    )
    os.close(writing)
    return Waiting(process, os.fdopen(reading), writing)


def imported(state: Path) -> Path:
    """The file that names what the program of a state imported."""
    return state.with_suffix(".imported")


@contextmanager
def running(
    program: Program,
    address: str,
    dry_run: bool,
    says: Callable[[Severity, str], None],
    state: Path,
    spare: Waiting | None = None,
) -> Iterator[Host]:
    """The program's process, killed with all its children when the block ends; ``spare`` saves its start."""
    if not (program.directory / "__main__.py").is_file():
        raise EngineError(
            f"there is no __main__.py in {program.directory}", hint="run this in the project's folder"
        )
    ready = spare or waiting(state)
    host = Host(ready.process, ready.report, says)
    try:
        _order(ready, program, address, dry_run, imported(state))
        yield host
    finally:
        host.close()


def _order(ready: Waiting, program: Program, address: str, dry_run: bool, memory: Path) -> None:
    stdin = ready.process.stdin
    assert stdin is not None
    order = {
        # A program may ask for GREENSHIFT_ENGINE: with it, what it creates is not on AWS.
        "environment": {"GREENSHIFT_ENGINE": "local", **program.environment},
        "directory": str(program.directory.resolve()),
        "project": program.project,
        "stack": program.stack,
        "config": dict(program.config),
        "secret_keys": sorted(program.secret_keys),
        "address": address,
        "dry_run": dry_run,
        "report": ready.writing,
        "memory": str(memory),
    }
    with contextlib.suppress(BrokenPipeError):  # it died at once: how, its ending says
        stdin.write(json.dumps(order) + "\n")
        stdin.flush()  # and kept open: the program ends when we do, however we end

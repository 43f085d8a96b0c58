"""A process for a command that has loaded already what commands import.

A short command spends most of its time loading libraries, and the tests start thousands of them. So a process
that has loaded these, and has done nothing else, forks one for each command. That has a directory, an
environment and streams of its own, and loads `greenshift.cli` itself, which looks at them when it is loaded.
"""

from __future__ import annotations

import io
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext
from pathlib import Path

PRELOADED = (
    "boto3.dynamodb.types", "botocore.client", "botocore.signers", "grpc", "jinja2", "pydantic", "rich.live",
    "rich.table", "rich.tree", "typer", "typer.testing", "yaml",
    "greenshift.checks", "greenshift.checks.deployed", "greenshift.cost", "greenshift.engine",
    "greenshift.engine.engine", "greenshift.release", "greenshift.repair", "greenshift.settings",
    "greenshift.twin.machine.process", "greenshift.verify", "greenshift.view",
)  # fmt: skip
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
_SPENT = [0.0]
_READ_AT_THE_START = ("PYTHON", "LANG", "LC_")
"""What Python itself looks at before it loads anything: a command that is given another one begins anew."""


def is_fit_for(environment: Mapping[str, str]) -> bool:
    """Whether a forked process would see this environment as one that begins would."""
    return _decisive(environment) == _forks().began_with


def run(
    arguments: Sequence[str], directory: Path, environment: Mapping[str, str], seconds: float
) -> tuple[int, str, str]:
    """The code, the output and the errors of ``greenshift`` with these arguments."""
    with tempfile.TemporaryDirectory() as folder:
        out, err, spent = Path(folder, "out"), Path(folder, "err"), Path(folder, "spent")
        process = _forks().context.Process(
            target=_greenshift,
            args=(list(arguments), str(directory), dict(environment), str(out), str(err), str(spent)),
        )
        process.start()
        process.join(seconds)
        if process.is_alive():
            process.kill()
            process.join()
            raise TimeoutError(f"greenshift {' '.join(arguments)} has not ended in {seconds:g} seconds")
        code = process.exitcode
        assert code is not None
        _SPENT.append(float(spent.read_text()) if spent.exists() else 0.0)
        return code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8")


def of_this_process() -> float:
    """Seconds of a processor of this process and of those it has waited for."""
    now = os.times()
    return now.user + now.system + now.children_user + now.children_system


def spent() -> float:
    """Seconds of a processor of all commands so far: they are no children of this process."""
    return sum(_SPENT)


@dataclass(frozen=True)
class _Forks:
    """The process that has loaded everything, and what it found in its own environment as it began."""

    context: ForkServerContext
    began_with: dict[str, str]


@cache
def _forks() -> _Forks:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(PRELOADED))
    forkserver.ensure_running()
    return _Forks(context, _decisive(os.environ))


def _decisive(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in environment.items() if name.startswith(_READ_AT_THE_START)}


def _greenshift(
    arguments: list[str], directory: str, environment: dict[str, str], out: str, err: str, spent: str
) -> None:
    """What is left of a command's start, and the command."""
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(directory)
    for number, (path, flags) in enumerate(((os.devnull, os.O_RDONLY), (out, _WRITE), (err, _WRITE))):
        opened = os.open(path, flags, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = open(0, encoding="utf-8")  # noqa: SIM115  as Python has it: open as long as the process
    sys.stdout = io.TextIOWrapper(io.FileIO(1, "w"), encoding="utf-8")
    sys.stderr = io.TextIOWrapper(io.FileIO(2, "w"), encoding="utf-8", errors="backslashreplace")
    sys.stderr.reconfigure(line_buffering=True)
    sys.argv = [f"{directory}/greenshift", *arguments]
    from greenshift.cli import main

    try:
        main()
    finally:
        Path(spent).write_text(f"{of_this_process()}", encoding="utf-8")

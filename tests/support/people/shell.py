"""The whole command, as a person runs it: a process of its own in a directory of its own."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from greenshift.cli import schemas
from greenshift.twin.machine import process
from greenshift.twin.machine.process import TwinHandle
from support.people import loaded

SECONDS = 240
HANGS = 900
"""A command that takes so long hangs; a loaded machine is that much slower than an idle one."""
SPEED = "300"
ADA = {
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.invalid",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.invalid",
}
"""A person whose name git knows."""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str
    arguments: tuple[str, ...]

    @property
    def json(self) -> Any:
        """What it printed, which is as its schema says."""
        document = json.loads(self.out)
        _judge(document, self.arguments)
        return document

    @property
    def json_lines(self) -> list[Any]:
        """The same of a stream."""
        documents = [json.loads(line) for line in self.out.splitlines()]
        for document in documents:
            _judge(document, self.arguments)
        return documents


def _judge(document: Any, arguments: tuple[str, ...]) -> None:
    wrong = best_match(schema_of(arguments).iter_errors(document))
    assert wrong is None, f"{' '.join(arguments)}: {wrong.json_path}: {wrong.message[:300]}"


@cache
def schema_of(arguments: tuple[str, ...]) -> Draft202012Validator:
    """Of the command that the arguments call, with its option where that prints something else."""
    words = [*itertools.takewhile(lambda each: not each.startswith("-"), arguments)]
    options = [f"{words[0]} {each}" for each in arguments if each.startswith("--")]
    names = [*options, *(" ".join(words[:count]) for count in range(len(words), 0, -1))]
    found = next(name for name in names if name in schemas.COMMANDS)
    return Draft202012Validator(schemas.of_command(found))


@dataclass(frozen=True)
class Shell:
    """Runs greenshift and git in one directory."""

    directory: Path

    def greenshift(self, *arguments: str, ok: bool = True, more: Mapping[str, str] | None = None) -> Ended:
        """A command's end; ``more`` is set in its environment."""
        ended = self._ended(arguments, {**environment(), **(more or {})})
        assert not ok or ended.code == 0, f"{arguments} ended {ended.code}\n{ended.out}\n{ended.err}"
        assert not ended.err.startswith("Traceback") and "\nTraceback" not in ended.err, ended.err
        return ended

    def _ended(self, arguments: tuple[str, ...], environment: Mapping[str, str]) -> Ended:
        if loaded.is_fit_for(environment):
            return Ended(*loaded.run(arguments, self.directory, environment, HANGS), arguments)
        done = subprocess.run(
            [sys.executable, "-m", "greenshift", *arguments],
            cwd=self.directory,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=HANGS,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr, arguments)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "greenshift", *arguments],
            cwd=self.directory,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def commit(self, message: str) -> str:
        self.git("add", "--all")
        self.git("-c", "user.name=t", "-c", "user.email=t@example.invalid", "commit", "-qm", message)
        return self.git("rev-parse", "HEAD")

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=self.directory, capture_output=True, text=True, timeout=30, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def edit(self, path: str, old: str, new: str) -> None:
        file = self.directory / path
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))

    @property
    def home(self) -> Path:
        return self.directory / ".greenshift"

    def twin(self) -> TwinHandle:
        return process.require(self.home)

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.twin().endpoint,
            region_name="us-east-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )


def environment() -> dict[str, str]:
    """The test's own, with five minutes a second and nothing of AWS's leaking in."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {**inherited, "GREENSHIFT_SPEED": SPEED}


def interrupt(command: subprocess.Popen[str]) -> Ended:
    """Ctrl-C, and what the command made of it."""
    command.send_signal(signal.SIGINT)
    return finished(command, seconds=60)


def finished(command: subprocess.Popen[str], seconds: float = HANGS) -> Ended:
    """How a command that was started ended by itself."""
    out, err = command.communicate(timeout=seconds)
    return Ended(command.returncode, out, err, typed(command))


def typed(command: subprocess.Popen[str]) -> tuple[str, ...]:
    """What follows `greenshift` (`python -m greenshift`) on its command line."""
    assert isinstance(command.args, list)
    return tuple(str(each) for each in command.args[3:])


def wait_until(condition: Callable[[], bool], *, seconds: float = SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)

"""The whole command, as a person runs it: a process of its own in a directory of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from greenshift.twin import process
from greenshift.twin.process import TwinHandle

SECONDS = 240
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

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Shell:
    """Runs greenshift and git in one directory."""

    directory: Path

    def greenshift(self, *arguments: str, ok: bool = True) -> Ended:
        done = subprocess.run(
            [sys.executable, "-m", "greenshift", *arguments],
            cwd=self.directory,
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        ended = Ended(done.returncode, done.stdout, done.stderr)
        assert not ok or ended.code == 0, f"{arguments} ended {ended.code}\n{ended.out}\n{ended.err}"
        assert not ended.err.startswith("Traceback") and "\nTraceback" not in ended.err, ended.err
        return ended

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
    out, err = command.communicate(timeout=60)
    return Ended(command.returncode, out, err)


def wait_until(condition: Callable[[], bool], *, seconds: float = SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)

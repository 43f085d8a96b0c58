"""The provider as a process of its own, found again through a file beside the twin's.

It is started when somebody first needs it and ends with the twin. It holds a lock on its file for as long as
it lives, so a file that a killed one left behind is recognised without guessing from a process id.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from greenshift.errors import EngineError

_START_SECONDS = 60.0

_children: dict[int, subprocess.Popen[bytes]] = {}
"""The providers this process started, by pid; one that ended must be waited for, or it lingers."""


@dataclass(frozen=True)
class ProviderHandle:
    """A running provider: the CLI attaches to its port with ``PULUMI_DEBUG_PROVIDERS``."""

    pid: int
    port: int
    endpoint: str
    instance: str  # of the twin it creates resources on

    @property
    def attachment(self) -> str:
        return f"aws:{self.port}"


@dataclass(frozen=True)
class Wanted:
    """What the provider is to serve, and for which project's files."""

    endpoint: str
    region: str
    instance: str
    directory: Path


def handle_file(home: Path) -> Path:
    return home / "provider.json"


def find(home: Path, instance: str) -> ProviderHandle | None:
    """The provider of this twin; None when none runs, or only one of an earlier twin."""
    for child in _children.values():
        child.poll()
    try:
        with handle_file(home).open() as file:
            if not _is_held(file.fileno()):
                return None
            handle = ProviderHandle(**json.load(file))
    except (OSError, ValueError, TypeError):
        return None
    return handle if handle.instance == instance else None


def ensure(home: Path, wanted: Wanted) -> ProviderHandle:
    """The provider of the twin, started when it does not run yet."""
    with _one_at_a_time(home):
        return find(home, wanted.instance) or _start(home, wanted)


def _start(home: Path, wanted: Wanted) -> ProviderHandle:
    reading, writing = os.pipe()
    command = [sys.executable, "-m", "greenshift.engine.plugin", "--home", str(home)]
    command += ["--ready-fd", str(writing), "--endpoint", wanted.endpoint, "--region", wanted.region]
    command += ["--instance", wanted.instance, "--directory", str(wanted.directory)]
    log = home / "provider.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=(writing,),
            start_new_session=True,
        )
    os.close(writing)
    with os.fdopen(reading) as answer:
        ready, _, _ = select.select([answer], [], [], _START_SECONDS)
        text = answer.readline() if ready else ""
    if not text:
        process.kill()
        process.wait()
        raise EngineError("the provider did not start", hint=f"read {log}")
    _children[process.pid] = process
    return ProviderHandle(**json.loads(text))


@contextmanager
def held(home: Path, handle: ProviderHandle) -> Iterator[None]:
    """Called by the provider itself: its file, written and locked for as long as the block lasts."""
    temporary = handle_file(home).with_suffix(f".{handle.pid}")
    with temporary.open("w") as file:
        json.dump(asdict(handle), file)
        file.flush()
        fcntl.flock(file, fcntl.LOCK_EX)
        temporary.replace(handle_file(home))
        try:
            yield
        finally:
            if find(home, handle.instance) == handle:
                handle_file(home).unlink(missing_ok=True)


def wait_for_end(home: Path, instance: str, seconds: float = 10.0) -> None:
    """Until the provider of a twin that was stopped is gone too."""
    deadline = time.monotonic() + seconds
    while find(home, instance) is not None and time.monotonic() < deadline:
        time.sleep(0.02)


def _is_held(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


@contextmanager
def _one_at_a_time(home: Path) -> Iterator[None]:
    """Two shells may ask at the same moment, and both are to get one provider."""
    with (home / "provider.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def tell(descriptor: int, answer: dict[str, Any]) -> None:
    """The one line by which a process that was started says how that went."""
    with suppress(OSError), os.fdopen(descriptor, "w") as pipe:
        pipe.write(json.dumps(answer) + "\n")

"""The twin as a process of its own, found again through a file in the project's ``.greenshift/``.

``start`` returns when the twin answers; a twin that cannot start says why through a pipe, so nothing is
guessed from a log. The twin holds a lock on its file, so one left by a twin that died is recognised, and one
that is too busy to answer is not taken for dead.
"""

from __future__ import annotations

import fcntl
import json
import math
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from greenshift.errors import GreenshiftError, TwinError, UsageError
from greenshift.twin.machine import inherited, own_api
from greenshift.twin.processes import ending, tree

DEFAULT_SPEED = 60.0
SLOWEST = 0.1
_START_SECONDS = 60.0
_ASK_SECONDS = 3.0
_STOP_SECONDS = 10.0
_SNAPSHOT_SECONDS = 120.0


@dataclass(frozen=True)
class TwinHandle:
    """A running twin, as its file tells it."""

    pid: int
    endpoint: str
    instance: str
    speed: float
    account: str
    region: str

    @property
    def port(self) -> int:
        return int(self.endpoint.rsplit(":", 1)[1])


def handle_file(home: Path) -> Path:
    return home / "twin.json"


def log_file(home: Path) -> Path:
    return home / "twin.log"


def find(home: Path) -> TwinHandle | None:
    """The project's running twin; None when there is none, or only the file of one that died.

    Raises TwinError for one that lives but does not answer, and for one that an older version started.
    """
    handle = _living(home)
    if handle is None:
        if (older := _unlocked(home)) is not None:
            raise TwinError(
                f"the twin (pid {older.pid}) on {older.endpoint} was started by an older Greenshift",
                hint="end it with: greenshift twin stop; then greenshift up makes the stack anew",
            )
        return None
    health = own_api.health(handle.endpoint)
    if health is None:
        if _living(home) is None:
            return None  # it has just ended
        raise TwinError(
            f"the twin (pid {handle.pid}) runs, but does not answer on {handle.endpoint}",
            hint="end it with: greenshift twin stop",
        )
    return handle if health.get("instance") == handle.instance else None


def _living(home: Path) -> TwinHandle | None:
    """The twin whose process lives, whatever state it is in: it holds a lock on its file until it ends."""
    try:
        with handle_file(home).open() as file:
            return TwinHandle(**json.load(file)) if _is_held(file.fileno()) else None
    except (OSError, ValueError, TypeError):
        return None


def _unlocked(home: Path) -> TwinHandle | None:
    """A twin of an early version 0.1, whose file no lock is held on: it is known by its answer."""
    try:
        handle = TwinHandle(**json.loads(handle_file(home).read_text()))
    except (OSError, ValueError, TypeError):
        return None
    if ending.has_ended(handle.pid):
        return None
    health = own_api.health(handle.endpoint)
    return handle if health is not None and health.get("instance") == handle.instance else None


def _is_held(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return False


def require(home: Path) -> TwinHandle:
    """The project's running twin, or an error that says how to get one."""
    handle = find(home)
    if handle is None:
        raise TwinError("the twin is not running", hint="start it with: greenshift up")
    return handle


def usual_speed() -> float:
    """Twin seconds per real second: ``GREENSHIFT_SPEED``, or 60, a minute a second."""
    configured = os.environ.get("GREENSHIFT_SPEED", "")
    try:
        speed = float(configured or DEFAULT_SPEED)
    except ValueError:
        speed = 0.0
    if not SLOWEST <= speed < math.inf:
        raise UsageError(
            f"GREENSHIFT_SPEED is {configured!r}, which is no speed",
            hint="write a number: 60 is a minute a second",
        )
    return speed


def start(
    home: Path,
    *,
    port: int | None = None,
    speed: float | None = None,
    enforce_iam: bool = True,
    allow_origins: Sequence[str] = (),
    restore: Path | None = None,
) -> TwinHandle:
    """Start the project's twin in the background and wait until it answers.

    With a snapshot to ``restore``, port and speed are by default those of the twin in it.
    """
    if restore is None:
        speed = usual_speed() if speed is None else speed
    running = find(home)
    if running is not None:
        raise UsageError(
            f"the twin already runs on {running.endpoint}", hint="stop it first with: greenshift twin stop"
        )
    home.mkdir(parents=True, exist_ok=True)
    read_end, write_end = os.pipe()
    command = [sys.executable, "-m", "greenshift.twin", "--home", str(home), "--ready-fd", str(write_end)]
    command += [] if enforce_iam else ["--no-iam"]
    wanted = {"--port": port, "--speed": speed, "--restore": restore and restore.absolute()}
    command += [f"{name}={value}" for name, value in wanted.items() if value is not None]
    command += [f"--allow-origin={each}" for each in allow_origins]
    with log_file(home).open("w") as log:
        process = subprocess.Popen(
            command,
            env=inherited.for_twin(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(write_end,),
            start_new_session=True,
        )
    os.close(write_end)
    try:
        _wait_until_ready(process, read_end, log_file(home))
    except BaseException:
        process.kill()
        process.wait()
        raise
    finally:
        os.close(read_end)
    handle = require(home)
    ending.is_ours(process)
    return handle


def stop(home: Path) -> TwinHandle | None:
    """Stop the project's twin, whatever it does; None when none was running.

    It is asked to; if it does not hear, or takes long, it is ended with all below it.
    """
    handle = _living(home) or _unlocked(home)
    if handle is not None:
        below = tree.descendants(handle.pid)
        if not (_asked_to_stop(handle) and ending.ends_within(handle.pid, _STOP_SECONDS)):
            ending.end(handle.pid, below)
        # One that was ended had no time to; its files are nobody's now.
        shutil.rmtree(home / "twin", ignore_errors=True)
    handle_file(home).unlink(missing_ok=True)
    return handle


def _asked_to_stop(handle: TwinHandle) -> bool:
    try:
        own_api.request(handle.endpoint, "POST", "/_twin/stop", seconds=_ASK_SECONDS)
    except (OSError, ValueError):
        return False
    return True


def register_repository(handle: TwinHandle, repository_id: str, path: Path) -> None:
    """Let a local git repository stand in for ``owner/name`` behind a connection."""
    body = {"id": repository_id, "path": str(path.resolve())}
    own_api.request(handle.endpoint, "PUT", "/_twin/repositories", body)


def take_snapshot(handle: TwinHandle, path: Path, seconds: float) -> dict[str, Any]:
    """What the file says of itself (``manifest``), or what hinders it (``under_way``, ``unkeepable``)."""
    body = {"path": str(path), "seconds": seconds}
    return own_api.request(
        handle.endpoint, "POST", "/_twin/snapshot", body, seconds=seconds + _SNAPSHOT_SECONDS
    )


def resources(handle: TwinHandle) -> dict[str, list[str]]:
    """Everything that exists on the twin, by service."""
    found: dict[str, list[str]] = own_api.request(handle.endpoint, "GET", "/_twin/resources")["resources"]
    return found


def health(handle: TwinHandle) -> dict[str, Any]:
    """The twin's own account of itself: instance, time and the wall's time at once, speed, repositories."""
    told: dict[str, Any] = own_api.request(handle.endpoint, "GET", "/_twin/health")
    # A twin that was started before Greenshift was brought up to date may not tell the wall's time.
    return {"wall": time.time(), **told}


def announce(home: Path, handle: TwinHandle) -> int:
    """Called by the twin itself, once it answers: its file, locked for as long as it lives."""
    temporary = handle_file(home).with_suffix(".tmp")
    temporary.write_text(json.dumps(asdict(handle)))
    descriptor = os.open(temporary, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    temporary.replace(handle_file(home))
    return descriptor


def _wait_until_ready(process: subprocess.Popen[bytes], read_end: int, log: Path) -> None:
    ready, _, _ = select.select([read_end], [], [], _START_SECONDS)
    message = os.read(read_end, 65_536) if ready else b""
    if not message:
        raise TwinError(f"the twin did not start; its log ends: {_tail(log)}", hint=f"read {log}")
    answer = json.loads(message)
    if "error" in answer:
        process.wait(timeout=_START_SECONDS)
        kind = UsageError if answer.get("exit_code") == UsageError.exit_code else GreenshiftError
        raise kind(answer["error"], hint=answer.get("hint", ""))


def _tail(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()
    return lines[-1] if lines else "(empty)"

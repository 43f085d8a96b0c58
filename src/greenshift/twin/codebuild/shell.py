"""The one shell in which all commands of a build run, so that ``cd``, ``export`` and functions persist.

Each command is a file the shell sources. After it the shell runs ``record.py``, whose marker ends the
command's output. A command that ends the shell itself (``exit 1``) is recorded by a trap; the next command
then gets a new shell with the recorded environment and directory.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import shlex
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_CHUNK = 65_536
_GRACE_SECONDS = 5.0

# Set by every shell for itself.
_OWN_VARIABLES = ("_", "SHLVL", "PWD", "OLDPWD")


PROCESSES = 4096
"""At once in one build; more than any tool starts, and less than a machine has room for."""
DISK = 64 << 30
"""What a build has on AWS (user guide, "Build environment compute modes and types": small)."""


@dataclass
class Shell:
    """``program`` is ``bash`` or ``sh``; ``control`` a private folder; ``on_output`` gets
    the lines as they come.

    ``processes`` are as many as it may have at once, ``disk`` bytes may go meanwhile; with more it is ended.
    """

    program: str
    environment: Mapping[str, str]
    directory: Path
    control: Path
    on_output: Callable[[list[str]], None]
    one_shell: bool = True
    processes: int = PROCESSES
    disk: int = DISK
    _process: asyncio.subprocess.Process | None = None
    _buffer: bytes = b""
    _commands: int = 0
    _marker: str = field(default_factory=lambda: secrets.token_hex(16))

    async def run(self, command: str) -> int:
        """Run one command to its end; its exit status."""
        process = self._process or await self._start()
        self._commands += 1
        script, state = self._prepare(command)
        await self._feed(process, self._line(script))
        await self._read_output(process)
        return await self._result(process, state)

    def _prepare(self, command: str) -> tuple[Path, Path]:
        script = self.control / f"command-{self._commands}.sh"
        script.write_text(command + "\n", encoding="utf-8")
        state = self.control / "state.json"
        state.unlink(missing_ok=True)
        return script, state

    async def set_variable(self, name: str, value: str) -> None:
        """Export a variable without a trace in the log."""
        self.environment = {**self.environment, name: value}
        if self._process is not None and self._process.returncode is None:
            await self._feed(self._process, f"export {name}={shlex.quote(value)}\n")

    async def kill(self) -> None:
        """End the shell and everything it started."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()  # the launcher's lifeline
        try:
            await asyncio.wait_for(process.wait(), _GRACE_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()

    async def _start(self) -> asyncio.subprocess.Process:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            "-S",
            str(Path(__file__).with_name("launcher.py")),
            str(self.processes),
            str(self.disk),
            self.program,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            cwd=self.directory,
            env=dict(self.environment),
            start_new_session=True,  # the terminal's Ctrl-C is for the twin
        )
        # Descriptor 9 keeps the way to the log open whatever a command does to its own output.
        await self._feed(self._process, f"exec 9>&1\ntrap '{self._record('ending')}' EXIT\n")
        return self._process

    def _record(self, ending: str = "") -> str:
        script, state = Path(__file__).with_name("record.py"), self.control / "state.json"
        program = " ".join(_double_quoted(str(word)) for word in (sys.executable, "-I", "-S", script))
        return f'{program} "$?" {_double_quoted(str(state))} {self._marker} {ending} >&9 2>&9'

    def _line(self, script: Path) -> str:
        source = f". {_double_quoted(str(script))}"
        if not self.one_shell:
            source = f"( {source} )"
        return f"{source} </dev/null\n{self._record()}\n"

    async def _feed(self, process: asyncio.subprocess.Process, text: str) -> None:
        if process.stdin is None:
            return
        try:
            process.stdin.write(text.encode())
            await process.stdin.drain()
        except (BrokenPipeError, ConnectionResetError):
            pass  # the shell has ended; reading its output finds out

    async def _read_output(self, process: asyncio.subprocess.Process) -> None:
        """Pass lines on until the marker, or until the shell and its output have ended.

        As many at a time as one read gives: a command may print millions.
        """
        end = f"\x1e{self._marker}".encode()
        while True:
            complete, newline, partial = self._buffer.rpartition(b"\n")
            at = complete.find(end) if newline else -1
            if at >= 0:
                after = complete[at + len(end) :]
                self._buffer = (after.removeprefix(b"\n") + newline if after else b"") + partial
                self._emit(complete[:at])
                return
            if newline:
                self._emit(complete + newline)
            self._buffer = partial
            if len(partial) > _CHUNK:  # a line without end; the marker may have begun in its last bytes
                self._emit(partial[: -len(end)])
                self._buffer = partial[-len(end) :]
            chunk = await _read(process)
            if not chunk:
                self._emit(self._buffer)
                self._buffer = b""
                return
            self._buffer += chunk

    def _emit(self, text: bytes) -> None:
        """Lines, the last of which may be without its end."""
        if not text:
            return
        lines = text.decode("utf-8", "replace").removesuffix("\n").split("\n")
        if b"\r" in text:
            lines = [line.rstrip("\r") for line in lines]
        # `set -x` shows our own lines too; they are not the user's.
        if b"+" in text:
            control = str(self.control)
            lines = [
                line
                for line in lines
                if not (line.startswith("+") and (control in line or "export CODEBUILD_" in line))
            ]
        if lines:
            self.on_output(lines)

    async def _result(self, process: asyncio.subprocess.Process, state: Path) -> int:
        recorded = _recorded(state)
        if recorded is None or recorded.ending:
            self._process = None
            status = await process.wait()
        if recorded is None:
            # The command replaced or killed its shell (`exec`, `kill $$`): what was known before holds.
            return status
        self.environment = recorded.environment
        self.directory = recorded.directory or self.directory
        return recorded.status


@dataclass(frozen=True)
class _Recorded:
    status: int
    environment: Mapping[str, str]
    directory: Path | None
    ending: bool


def _recorded(state: Path) -> _Recorded | None:
    """What ``record.py`` wrote, if it could."""
    if not state.is_file():
        return None
    found = json.loads(state.read_text())
    directory = found["directory"]
    return _Recorded(
        status=found["status"],
        environment={k: v for k, v in found["environment"].items() if k not in _OWN_VARIABLES},
        directory=Path(directory) if directory and os.access(directory, os.X_OK) else None,
        ending=found["ending"],
    )


async def _read(process: asyncio.subprocess.Process) -> bytes:
    """The next output; empty when the shell is gone, even if something still holds its pipe."""
    if process.stdout is None:
        return b""
    read = asyncio.ensure_future(process.stdout.read(_CHUNK))
    ended = asyncio.ensure_future(process.wait())
    try:
        await asyncio.wait({read, ended}, return_when=asyncio.FIRST_COMPLETED)
        if not read.done():
            await asyncio.wait({read}, timeout=1.0)
        return read.result() if read.done() else b""
    finally:
        for task in (read, ended):
            task.cancel()


def _double_quoted(text: str) -> str:
    """Quoted so that it may stand inside the single quotes of a trap."""
    for character in ("\\", '"', "$", "`"):
        text = text.replace(character, "\\" + character)
    return '"' + text.replace("'", "'\\''") + '"'

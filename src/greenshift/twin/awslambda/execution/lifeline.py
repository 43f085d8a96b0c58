"""The twin's end of the undertaker: tells it which process groups to kill should the twin die."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path

_SCRIPT = Path(__file__).with_name("undertaker.py")


def kill_group(pid: int) -> None:
    """Kill a process and everything it started; its group carries its own number (start_new_session)."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


class Lifeline:
    """Started with the first worker, ended with the twin."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._starting: asyncio.Task[asyncio.subprocess.Process] | None = None

    async def protect(self, pid: int) -> None:
        if self._process is None:
            if self._starting is None:
                self._starting = asyncio.get_running_loop().create_task(self._start())
            self._process = await asyncio.shield(self._starting)
        self._tell(f"+{pid}\n")

    def forget(self, pid: int) -> None:
        self._tell(f"-{pid}\n")

    async def stop(self) -> None:
        if self._starting is not None:
            process = await self._starting
            if process.stdin is not None:
                process.stdin.close()
            await process.wait()
            self._process = None

    async def _start(self) -> asyncio.subprocess.Process:
        # -I -S: nothing but the standard library, up in some 10 ms. Its own session, so that Ctrl-C in the
        # terminal of the twin does not end it before its work is done.
        return await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-S", str(_SCRIPT), stdin=asyncio.subprocess.PIPE, start_new_session=True
        )

    def _tell(self, line: str) -> None:
        if self._process and self._process.stdin and not self._process.stdin.is_closing():
            self._process.stdin.write(line.encode())

"""The twin's end of the nursery: starts processes there and hears how they ended."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from greenshift.twin.processes.tree import kill_group
from greenshift.twin.processes.warm import LANG

_SCRIPT = Path(__file__).with_name("nursery.py")
PROCESSES = 1_024
"""In one execution environment (developer guide, "Lambda quotas": execution processes/threads)."""
_BUFFER = 1 << 20
_PACKET = 65_536
_END_SECONDS = 5.0
_KILLED = -9


@dataclass(frozen=True)
class Child:
    """A process that was started; ``ended`` gets its exit code, negative for a signal."""

    pid: int
    ended: asyncio.Future[int]


class Children:
    """All processes of one twin. The nursery is started with the first, and anew should it die."""

    def __init__(self, limit: int = PROCESSES) -> None:
        """``limit``: as many descendants as each process may have at once; with more it is ended."""
        self._limit = limit
        self._numbers = itertools.count(1)
        self._process: asyncio.subprocess.Process | None = None
        self._socket: socket.socket | None = None
        self._starting: dict[int, asyncio.Future[Child]] = {}
        self._running: dict[int, Child] = {}
        self._opening = asyncio.Lock()

    async def start(
        self, command: tuple[str, ...], environment: Mapping[str, str], directory: Path, output: int,
        script: tuple[str, ...] = (),
    ) -> Child:  # fmt: skip
        """Start a process in a session of its own; raises OSError when that cannot be done.

        ``script``: what the command runs in this interpreter, the folder of the SDK that it imports, and what
        else it is given, for a copy of the nursery to do the same.
        """
        number = next(self._numbers)
        request = {
            "id": number, "command": command, "environment": dict(environment), "directory": str(directory),
            "script": script,
        }  # fmt: skip
        message = json.dumps(request).encode()
        async with self._opening:
            control = self._socket or await self._open()
        try:
            return await self._started(control, number, message, output)
        except ConnectionError as error:
            # It has just died: nobody heard of this request, or nobody is left to say so.
            if control is self._socket:
                self._close(error)
            async with self._opening:
                control = self._socket or await self._open()
            return await self._started(control, number, message, output)

    async def _started(self, control: socket.socket, number: int, message: bytes, output: int) -> Child:
        started: asyncio.Future[Child] = asyncio.get_running_loop().create_future()
        self._starting[number] = started
        try:
            await _send(control, message, output)
            return await started
        finally:
            self._starting.pop(number, None)

    async def stop(self) -> None:
        """End everything that runs, and the nursery."""
        process, self._process = self._process, None
        self._close(OSError("the twin stops"))
        if process is None:
            return
        try:
            await asyncio.wait_for(process.wait(), _END_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()

    async def _open(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            for end in (ours, theirs):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
            ours.setblocking(False)
            # -I -S -B: as the interpreter of a function. Its own session, so that Ctrl-C in the terminal of
            # the twin does not end it before its work is done. No environment: its copies would have it, too.
            command = (sys.executable, "-I", "-S", "-B", str(_SCRIPT), str(self._limit))
            self._process = await asyncio.create_subprocess_exec(
                *command, stdin=theirs.fileno(), start_new_session=True, env={"LANG": LANG}
            )
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        self._socket = ours
        asyncio.get_running_loop().add_reader(ours, self._readable)
        return ours

    def _readable(self) -> None:
        while self._socket is not None:
            try:
                message = self._socket.recv(_PACKET)
            except BlockingIOError:
                return
            except ConnectionError:
                message = b""
            if not message:
                self._close(ConnectionResetError("the parent of all functions ended"))
                return
            self._heard(json.loads(message))

    def _heard(self, message: dict[str, Any]) -> None:
        number = message["id"]
        if "code" in message:
            ended = self._running.pop(number, None)
            if ended is not None and not ended.ended.done():
                ended.ended.set_result(message["code"])
            return
        if "pid" in message:
            child = Child(message["pid"], asyncio.get_running_loop().create_future())
            self._running[number] = child
        waiting = self._starting.get(number)
        if waiting is None or waiting.done():
            # Whoever asked went away; nobody will use it.
            if "pid" in message:
                kill_group(message["pid"])
        elif "pid" in message:
            waiting.set_result(child)
        else:
            waiting.set_exception(OSError(message["error"]))

    def _close(self, why: OSError) -> None:
        """The nursery is gone, or is to go: it takes everything with it, unless somebody killed it."""
        if self._socket is None:
            return
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()
        self._socket = None
        for waiting in self._starting.values():
            if not waiting.done():
                waiting.set_exception(why)
        for child in self._running.values():
            kill_group(child.pid)
            if not child.ended.done():
                child.ended.set_result(_KILLED)
        self._running.clear()


async def _send(control: socket.socket, message: bytes, descriptor: int) -> None:
    for _ in range(1_000):
        with contextlib.suppress(BlockingIOError):
            socket.send_fds(control, [message], [descriptor])
            return
        await asyncio.sleep(0.005)
    raise OSError("the parent of all functions does not listen")

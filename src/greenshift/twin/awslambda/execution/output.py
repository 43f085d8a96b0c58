"""What a worker process prints: read from one pipe, cut into lines, stamped with twin time.

The pipe is drained synchronously when an invocation ends: what the process wrote before it answered is in
the pipe by then, so every line lands in the invocation it belongs to.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

LogLine = tuple[int, str]

# Live enough to follow a long invocation, rare enough to cost a short one nothing.
FLUSH_SECONDS = 1.0
FLUSH_BYTES = 262_144
LONGEST_LINE = 262_144


class Output:
    """Standard output and standard error of one process."""

    def __init__(self, twin_time: Callable[[], float]) -> None:
        self._twin_time = twin_time
        self._loop = asyncio.get_running_loop()
        self._read_end, self.write_end = os.pipe()
        os.set_blocking(self._read_end, False)
        self._loop.add_reader(self._read_end, self._readable)
        self._is_open = True
        self._partial = b""
        self._lines: list[LogLine] = []
        self._size = 0
        self._flushed_at = 0.0
        self._listener: Callable[[list[LogLine]], None] | None = None

    def child_started(self) -> None:
        """The child has its copy of the write end; ours would keep the pipe open for ever."""
        os.close(self.write_end)

    def listen(self, listener: Callable[[list[LogLine]], None]) -> None:
        """Hand lines on while an invocation is under way, so that long ones can be followed."""
        self._listener = listener
        self._flushed_at = self._loop.time()

    def take(self) -> list[LogLine]:
        """Everything printed so far and not yet taken; ends the hand-over."""
        self._listener = None
        self._drain()
        if self._partial:
            self._add(self._partial)
            self._partial = b""
        return self._take()

    def close(self) -> None:
        if self._is_open:
            self._drain()
            self._end()

    def _end(self) -> None:
        if self._is_open:
            self._is_open = False
            self._loop.remove_reader(self._read_end)
            os.close(self._read_end)

    def _readable(self) -> None:
        self._drain()
        if self._size > FLUSH_BYTES or self._loop.time() - self._flushed_at > FLUSH_SECONDS:
            self._flush()

    def _flush(self) -> None:
        if self._listener is None:
            # Nobody is being served: keep the latest of what a background thread prints, not all of it.
            while self._size > FLUSH_BYTES and self._lines:
                self._size -= len(self._lines.pop(0)[1])
        elif self._lines:
            self._flushed_at = self._loop.time()
            self._listener(self._take())

    def _drain(self) -> None:
        while self._is_open:
            try:
                chunk = os.read(self._read_end, 65_536)
            except BlockingIOError:
                return
            if not chunk:
                self._end()
                return
            *lines, self._partial = (self._partial + chunk).split(b"\n")
            for line in lines:
                self._add(line)
            if len(self._partial) > LONGEST_LINE:
                self._add(self._partial)
                self._partial = b""
            if self._size > 4 * FLUSH_BYTES:
                self._flush()

    def _add(self, line: bytes) -> None:
        if line:
            self._lines.append((int(self._twin_time() * 1000), line.decode("utf-8", "replace")))
            self._size += len(line)

    def _take(self) -> list[LogLine]:
        lines, self._lines, self._size = self._lines, [], 0
        return lines

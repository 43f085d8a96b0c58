"""What a worker process prints: read from one pipe, cut into lines, stamped with twin time.

The pipe is drained synchronously when an invocation ends: what the process wrote before it answered is in
the pipe by then, so every line lands in the invocation it belongs to. While one is under way, what was
written is handed on soon, with or without a newline: whoever follows a function that waits sees why.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Callable

LogLine = tuple[int, str]

# Live enough to follow a long invocation, rare enough to cost a short one nothing. With what the log itself
# takes, a line is there within a second.
FLUSH_SECONDS = 0.5
FLUSH_BYTES = 262_144
LONGEST_LINE = 262_144
_CHUNK = 65_536
# A process that never stops printing fills the pipe as fast as it is emptied; a pipe holds 64 KB.
_LEFT_IN_PIPE = 4


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
        self._lines: deque[LogLine] = deque()
        self._size = 0
        self._timer: asyncio.TimerHandle | None = None
        self._listener: Callable[[list[LogLine]], None] | None = None

    def child_started(self) -> None:
        """The child has its copy of the write end; ours would keep the pipe open for ever."""
        os.close(self.write_end)

    def listen(self, listener: Callable[[list[LogLine]], None]) -> None:
        """Hand lines on while an invocation is under way, so that long ones can be followed."""
        self._listener = listener
        self._flush_soon()

    def take(self) -> list[LogLine]:
        """Everything printed so far and not yet taken; ends the hand-over."""
        self._listener = None
        self._stop_timer()
        self._drain(_LEFT_IN_PIPE)
        if self._partial:
            self._add(self._partial)
            self._partial = b""
        return self._take()

    def close(self) -> None:
        """What was written is kept for ``take``."""
        if self._is_open:
            self._drain(_LEFT_IN_PIPE)
            self._end()

    def _end(self) -> None:
        if self._is_open:
            self._is_open = False
            self._loop.remove_reader(self._read_end)
            os.close(self._read_end)

    def _readable(self) -> None:
        self._drain(1)
        if self._size > FLUSH_BYTES:
            self._flush()
        else:
            self._flush_soon()

    def _flush_soon(self) -> None:
        """Once for all that is written until then; nothing is scheduled for a process that says nothing."""
        if self._listener and self._timer is None and (self._lines or self._partial):
            self._timer = self._loop.call_later(FLUSH_SECONDS, self._hand_on)

    def _hand_on(self) -> None:
        """All lines, and of a line that has no end yet the characters that are whole."""
        self._timer = None
        whole = _whole_characters(self._partial)
        if whole:
            self._add(self._partial[:whole])
            self._partial = self._partial[whole:]
        self._flush()

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _flush(self) -> None:
        if self._listener is None:
            # Nobody is being served: keep the latest of what a background thread prints, not all of it.
            while self._size > FLUSH_BYTES and self._lines:
                self._size -= len(self._lines.popleft()[1]) + 1
        elif self._lines:
            self._listener(self._take())

    def _drain(self, chunks: int) -> None:
        for _ in range(chunks):
            if not self._is_open:
                return
            try:
                chunk = os.read(self._read_end, _CHUNK)
            except BlockingIOError:
                return
            if not chunk:
                self._end()
                return
            complete, newline, partial = (self._partial + chunk).rpartition(b"\n")
            self._partial = partial
            if newline:
                self._add(complete)
            if len(self._partial) > LONGEST_LINE:
                self._add(self._partial)
                self._partial = b""
            if self._size > 4 * FLUSH_BYTES:
                self._flush()

    def _add(self, text: bytes) -> None:
        now = int(self._twin_time() * 1000)
        self._lines.extend((now, line) for line in text.decode("utf-8", "replace").split("\n") if line)
        self._size += len(text)

    def _take(self) -> list[LogLine]:
        lines, self._lines, self._size = list(self._lines), deque(), 0
        return lines


def _whole_characters(text: bytes) -> int:
    """How many bytes come before a character of UTF-8 whose rest is still to come."""
    for back in range(1, min(4, len(text) + 1)):
        byte = text[-back]
        if byte < 0x80:
            break
        if byte >= 0xC0:
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4 if byte < 0xF8 else 0
            return len(text) - back if back < length else len(text)
    return len(text)

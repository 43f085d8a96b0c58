"""A line as a person types it into a terminal: questions are answered, what never ends is ended by Ctrl-C."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import subprocess
import termios
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from support.people.shell import HANGS

_COLOURS = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


@dataclass(frozen=True)
class Typed:
    """How a line ended and all that it printed, without colours."""

    line: str
    code: int
    text: str


def type_line(
    line: str, directory: Path, environment: Mapping[str, str], *,
    answers: Mapping[str, str] | None = None, until: str | None = None, seconds: float = HANGS,
) -> Typed:  # fmt: skip
    """Run a line in a terminal of its own.

    ``answers``: what is typed when this was asked, each once. ``until``: Ctrl-C is pressed when this came.
    """
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        ["bash", "-c", line],
        cwd=directory,
        env={**environment, "TERM": "xterm", "COLUMNS": "120", "LINES": "50"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(theirs)
    try:
        text = _follow(ours, line, dict(answers or {}), until, seconds)
        return Typed(line, process.wait(timeout=30), text)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(ours)


def _follow(terminal: int, line: str, answers: dict[str, str], until: str | None, seconds: float) -> str:
    text, deadline = "", time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not select.select([terminal], [], [], 0.5)[0]:
            continue
        try:
            read = os.read(terminal, 65_536)
        except OSError:  # Linux tells the end of a terminal so
            return text
        if not read:
            return text
        text = _COLOURS.sub("", text + read.decode(errors="replace"))
        for question in [each for each in answers if each in text]:
            # What Enter sends: a program that reads key by key takes no line feed for it.
            os.write(terminal, f"{answers.pop(question)}\r".encode())
        if until is not None and until in text:
            os.write(terminal, b"\x03")
            until = None
    raise AssertionError(f"{line!r} did not end within {seconds} s:\n{text[-3000:]}")

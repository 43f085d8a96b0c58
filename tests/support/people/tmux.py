"""A real terminal, driven: what a person would type goes in, what a person would see comes out."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WIDTH, HEIGHT = 120, 50
_NUMBERS = itertools.count(1)


class Tmux:
    """One terminal with a shell in it, of a tmux server of its own."""

    def __init__(
        self, socket: Path, directory: Path, environment: dict[str, str], width: int = WIDTH
    ) -> None:
        self._socket = socket
        kept = {name: value for name, value in environment.items() if not name.startswith("TMUX")}
        self._environment = {**kept, "PS1": "$ ", "HISTFILE": ""}
        size = ["-x", str(width), "-y", str(HEIGHT)]
        self._tmux("-f", "/dev/null", "new-session", "-d", *size, "-c", str(directory), "sh")

    def type(self, text: str) -> None:
        """Type a line, and Enter."""
        self.write(text)
        self.press("Enter")

    def write(self, text: str) -> None:
        """Type a text and no more."""
        self._tmux("send-keys", "-l", text)

    def press(self, key: str) -> None:
        """Press a key by tmux's name of it: C-c, Enter, Up."""
        self._tmux("send-keys", key)

    def screen(self, *, with_colours: bool = False) -> str:
        """What is on the screen, without the blank lines below it."""
        extra = ["-e"] if with_colours else []
        return self._tmux("capture-pane", "-p", *extra).rstrip()

    def wait_for(self, text: str, seconds: float = 300) -> str:
        """The screen once it shows a text."""
        return self.wait_for_match(re.escape(text), seconds)

    def wait_for_match(self, pattern: str, seconds: float = 300) -> str:
        """The screen once it shows what a regular expression finds, be it in several lines."""
        deadline = time.monotonic() + seconds
        while not re.search(pattern, screen := self.screen(), re.DOTALL):
            assert time.monotonic() < deadline, f"{pattern!r} did not come:\n{screen}"
            time.sleep(0.05)
        return screen

    def close(self) -> None:
        subprocess.run(["tmux", "-S", str(self._socket), "kill-server"], capture_output=True, check=False)

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", str(self._socket), *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def terminal(
    socket: Path, directory: Path, environment: dict[str, str], width: int = WIDTH
) -> Iterator[Tmux]:
    """A terminal for the length of a block; everything in it ends with it."""
    # The server of the terminal before may still be on its way out.
    own = socket.with_name(f"{socket.name}-{next(_NUMBERS)}")
    opened = Tmux(own, directory, environment, width)
    try:
        yield opened
    finally:
        opened.close()


def environment_with(commands: Path, environment: dict[str, str]) -> dict[str, str]:
    """A terminal's environment in which this directory's commands are found first."""
    return {**environment, "PATH": f"{commands}{os.pathsep}{environment.get('PATH', '')}", "LANG": "C.UTF-8"}

"""Who has `greenshift dev` in one terminal, an editor in a second, and releases in a third."""

from __future__ import annotations

import itertools
import json
import queue
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from support.people.shell import Ended, Shell, finished

PAGE = "my-app-local-page"
SOURCE = "functions/page/page.py"
SECONDS = 120
_SAVES = itertools.count(1)


class Terminal:
    """One `greenshift dev page`, and what it says."""

    def __init__(self, project: Shell) -> None:
        # A person's terminal says when it closes, also where these tests run under nohup.
        before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
        try:
            self._process = project.start("dev", "page")
        finally:
            signal.signal(signal.SIGHUP, before)
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, args=(self._process,), daemon=True)
        self._reader.start()

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self._lines.put(line)

    def hears(self, words: str) -> str:
        """The next line with these words."""
        while True:
            line = self._lines.get(timeout=SECONDS)
            if words in line:
                return line

    def ends(self, how: signal.Signals) -> int:
        """Its exit code."""
        if self._process.poll() is None:
            self._process.send_signal(how)
        code = self._process.wait(timeout=SECONDS)
        self._reader.join(timeout=SECONDS)
        for stream in (self._process.stdout, self._process.stderr):
            assert stream is not None
            stream.close()
        return code


class Developer:
    """``text`` is what the page says in the editor, ``committed`` what it says in the last commit."""

    def __init__(self, project: Shell) -> None:
        self.project = project
        self.text = self.committed = "it works"
        self.terminal: Terminal | None = None

    def dev(self) -> None:
        self.terminal = Terminal(self.project)
        self.terminal.hears("page ")

    def save(self) -> None:
        before, self.text = self.text, f"it works as saved {next(_SAVES)}."
        self.project.edit(SOURCE, before, self.text)
        if self.terminal is not None:
            self.terminal.hears("page serves your working copy")
            assert self.text in self.answer()

    def commit(self) -> None:
        self.project.commit(self.text)
        self.committed = self.text

    def release(self) -> Ended:
        return self.project.greenshift("release")

    def repair(self) -> Ended:
        return self.project.greenshift("repair", "--yes")

    def interrupt(self) -> None:
        assert self.end(signal.SIGINT) == 0

    def close(self) -> None:
        assert self.end(signal.SIGHUP) == 0

    def terminate(self) -> None:
        assert self.end(signal.SIGTERM) == 0

    def kill(self) -> None:
        self.end(signal.SIGKILL)

    def end(self, how: signal.Signals) -> int:
        assert self.terminal is not None
        code = self.terminal.ends(how)
        self.terminal = None
        return code

    # What anybody sees

    def answer(self) -> str:
        found = self.project.client("lambda").invoke(FunctionName=f"{PAGE}:live", Payload=b"{}")
        return str(json.load(found["Payload"])["body"])

    def alias(self) -> tuple[str, str]:
        """The version, and what the alias says of it."""
        found = self.project.client("lambda").get_alias(FunctionName=PAGE, Name="live")
        return found["FunctionVersion"], found["Description"]


@contextmanager
def at_work(project: Shell) -> Iterator[Developer]:
    """Nothing of them is left running, and nothing of what they saved and did not commit."""
    developer = Developer(project)
    developer.text = developer.committed = text_of(project)
    try:
        yield developer
    finally:
        if developer.terminal is not None:
            developer.interrupt()
        project.git("checkout", "--", ".")


def text_of(project: Shell) -> str:
    """What the page says as it is committed."""
    source = (project.directory / SOURCE).read_text()
    begin = source.index("it works")
    return source[begin : source.index("<", begin)]


def second(project: Shell) -> Ended:
    """Another `greenshift dev` beside the first one."""
    return finished(project.start("dev", "page"), seconds=SECONDS)

"""A command that works on a copy of a project, told as if it worked on the project itself."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, TextIO

_DRAIN_SECONDS = 2
"""For what it had written when it ended; something it left running may hold the pipe for longer."""


def run(command: Sequence[str], copy: Path, environment: Mapping[str, str], to: TextIO) -> int:
    """Its exit code; each line it prints goes to ``to`` as it comes, paths in ``copy`` as the project's own.

    A person, or their editor, opens the file that a failed test names; the copy is gone by then.
    """
    process = subprocess.Popen(
        command,
        cwd=copy,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    assert process.stdout is not None
    reader = threading.Thread(target=_tell, args=(process.stdout, copy, to), daemon=True)
    reader.start()
    try:
        code = process.wait()
    except BaseException:
        process.kill()
        process.wait()
        raise
    reader.join(_DRAIN_SECONDS)
    return code


def _tell(said: IO[str], copy: Path, to: TextIO) -> None:
    with said:
        for line in said:
            to.write(as_of_the_project(line, copy))
            to.flush()


def as_of_the_project(text: str, copy: Path) -> str:
    """``/tmp/copy/functions/page.py`` -> ``functions/page.py``, also as a URL, as Node writes it."""
    for place in sorted((str(copy), str(copy.resolve())), key=len, reverse=True):  # one may hold the other
        text = text.replace(f"file://{place}/", "").replace(f"{place}/", "")
    return text

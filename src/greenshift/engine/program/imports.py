"""What a program imported the last time, imported again while its process waits to be told to run.

A file beside the state holds the names: modules of this package and of Pulumi's (``pulumi_aws``, ...), whose
import takes most of a small program's time. Nothing of the program's own: that must find its configuration.
The file is a guess, never an error; a module that is gone is left to the program.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

_OURS = (__name__.partition(".")[0] + ".", "pulumi_")


def load(memory: Path, is_wanted: Callable[[], bool]) -> None:
    """Import what ``memory`` names, one after the other, for as long as ``is_wanted`` says so."""
    try:
        names = memory.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return
    for name in names:
        if not is_wanted():
            return
        if name.startswith(_OURS):
            with contextlib.suppress(Exception):  # it will be raised again where the program imports it
                importlib.import_module(name)


def keep(memory: Path, is_the_programs: Callable[[str], bool]) -> None:
    """Remember what is imported now, in its order. Without a folder for it, nothing is kept."""
    names = [
        name
        for name, module in list(sys.modules.items())
        if name.startswith(_OURS)
        and (file := getattr(module, "__file__", None))
        and not is_the_programs(file)
    ]
    text = "\n".join(names)
    with contextlib.suppress(OSError):
        if not memory.is_file() or memory.read_text(encoding="utf-8", errors="replace") != text:
            new = memory.with_name(f"{memory.name}.{os.getpid()}")
            new.write_text(text, encoding="utf-8")
            new.replace(memory)

"""Modules of the tests that others start as programs: a CLI's stand-in, a git hook."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

_TESTS = Path(__file__).resolve().parents[1]
_RUN = "import runpy, sys; sys.path.insert(0, {tests!r}); runpy.run_module({module!r}, run_name='__main__')"


def command_line(module: str) -> str:
    """What a shell runs to start ``support.<module>``; arguments may follow. Only the process itself finds
    this folder: a variable in its environment would reach every program it starts.
    """
    run = _RUN.format(tests=str(_TESTS), module=f"support.{module}")
    return shlex.join([sys.executable, "-c", run])

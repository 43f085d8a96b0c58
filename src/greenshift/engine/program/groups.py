"""Processes that the engine starts, each in a group of its own with all that it starts itself."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from typing import Any


def kill(process: subprocess.Popen[Any]) -> None:
    """End the process and everything below it, if it has not ended. Safe at any time, from any thread."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)

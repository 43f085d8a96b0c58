"""The ``greenshift`` command: one file per command in ``commands``, and what they share beside it.

Refuses to know how anything is done: that is ``engine``, ``twin`` and ``view``. Exit code 0 is done, 1 is
failed, 2 is misused, 130 is interrupted.
"""

from __future__ import annotations

import atexit
import gc
import sys

__all__ = ["main"]

_OBJECTS_OF_A_COMMAND = 100_000
"""How many new objects are worth a search for those nobody needs. Loading makes many, and needs them all."""


def main() -> None:
    """The console script; the commands are loaded here so that importing this package stays cheap."""
    from greenshift.cli import ahead

    gc.set_threshold(_OBJECTS_OF_A_COMMAND)
    atexit.register(gc.freeze)  # else Python looks through all it has before it ends: a fifth of a second
    with ahead.started(sys.argv[1:]) as waiting:
        from greenshift.cli.app import run

        raise SystemExit(run(waiting))

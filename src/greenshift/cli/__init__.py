"""The ``greenshift`` command: one file per command, each of which parses, calls, prints and exits.

Refuses to know how anything is done: that is ``engine``, ``twin`` and ``view``. Exit code 0 is done, 1 is
failed, 2 is misused, 130 is interrupted.
"""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """The console script; the commands are loaded here so that importing this package stays cheap."""
    from greenshift.cli import ahead

    with ahead.started(sys.argv[1:]) as waiting:
        from greenshift.cli.app import run

        raise SystemExit(run(waiting))

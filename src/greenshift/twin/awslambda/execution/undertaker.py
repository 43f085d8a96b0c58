"""Kills every worker when the twin dies without saying so (SIGKILL, a crash): run as a script of its own.

A worker notices by itself that its socket closed, but only while it waits; one that is in the middle of user
code, or has started children, does not. This process reads "+pid" and "-pid" lines from its standard input;
the end of the input means the twin is gone, and every process group still listed is killed.
"""

from __future__ import annotations

import os
import signal
import sys


def main() -> None:
    groups: set[int] = set()
    for line in sys.stdin:
        sign, number = line[0], int(line[1:])
        if sign == "+":
            groups.add(number)
        else:
            groups.discard(number)
    for group in groups:
        try:
            os.killpg(group, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue


if __name__ == "__main__":
    main()

"""Runs a build's shell and outlives it by a moment, so that nothing a build started is left.

Started by ``shell.py`` as a program of its own (standard library only, no imports of ours). Its standard
input is the shell's script, and at the same time its lifeline: the end of input means the twin wants the
build to end, or is dead, however it died. Then, as when the shell ends, everything below is killed.

On Linux it adopts orphans (a daemon that left the process group too); elsewhere it kills the group.
"""

import contextlib
import os
import select
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from greenshift.twin.processes import tree
else:
    sys.path.insert(0, str(Path(__file__).parents[1] / "processes"))
    import tree


def start(command: list[str]) -> tuple[int, int]:
    """The shell's process id, in a session of its own, and the pipe it reads commands from."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.setsid()
        os.dup2(read, 0)
        os.set_inheritable(0, True)
        with contextlib.suppress(OSError):
            os.execvp(command[0], command)
        os.write(2, f"{command[0]}: not found\n".encode())
        os._exit(127)
    os.close(read)
    return child, write


def relay(shell: int, script: int) -> int:
    """Pass the script on until the shell ends or the input does; the shell's exit status."""
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    while True:
        status = reap(shell)
        if status is not None:
            return status
        ready, _, _ = select.select([0, woken], [], [], 60)
        if woken in ready:
            os.read(woken, 4096)
        if 0 in ready:
            text = os.read(0, 65536)
            if not text:
                return 128 + signal.SIGKILL
            with contextlib.suppress(BrokenPipeError):
                os.write(script, text)


def reap(shell: int) -> "int | None":
    """Collect every child that has ended (orphans arrive here too); the shell's status if it has."""
    code = tree.collect().get(shell)
    return None if code is None else code if code >= 0 else 128 - code


def kill_all(shell: int) -> None:
    """Kill the shell's group and every descendant, until none is left."""
    tree.kill_group(shell)
    tree.kill_all_below()


def main() -> int:
    tree.adopt_orphans()
    shell, script = start(sys.argv[1:])
    try:
        return relay(shell, script)
    finally:
        kill_all(shell)


if __name__ == "__main__":
    sys.exit(main())

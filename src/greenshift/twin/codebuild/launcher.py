"""Runs a build's shell and outlives it by a moment, so that nothing a build started is left.

Started by ``shell.py`` as a program of its own (standard library only, no imports of ours). Its standard
input is the shell's script, and at the same time its lifeline: the end of input means the twin wants the
build to end, or is dead, however it died. Then, as when the shell ends, everything below is killed.

On Linux it adopts orphans (a daemon that left the process group too); elsewhere it kills the group.

It also bounds what a build may take, so that one without end takes only itself down. How many processes: by
RLIMIT_NPROC, which the kernel keeps for everybody but root and counts over all that the user runs, and by
looking. How large a file: by RLIMIT_FSIZE, which the kernel keeps for everybody. How much of the disk: by
looking at what is left, whoever took it. There is no cgroup to be had without rights that a twin does not
ask for.
"""

import contextlib
import os
import resource
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

_LOOK_SECONDS = 0.1
_TOO_MANY = 128 + signal.SIGXCPU
_TOO_FULL = 128 + signal.SIGXFSZ
LARGEST_FILE = 8 << 30
LEAST_FREE = 512 << 20


def start(command: list[str], limit: int) -> tuple[int, int]:
    """The shell's process id, in a session of its own, and the pipe it reads commands from."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.setsid()
        bound(limit)
        os.dup2(read, 0)
        os.set_inheritable(0, True)
        with contextlib.suppress(OSError):
            os.execvp(command[0], command)
        os.write(2, f"{command[0]}: not found\n".encode())
        os._exit(127)
    os.close(read)
    return child, write


def bound(limit: int) -> None:
    """So many processes more than there are now; a limit that is lower already stays."""
    tree.lower_limit(resource.RLIMIT_NPROC, tree.tasks() + limit)
    tree.lower_limit(resource.RLIMIT_FSIZE, LARGEST_FILE)


def free() -> int:
    """Bytes that are left on the disk a build works on."""
    try:
        found = os.statvfs(".")
    except OSError:
        return sys.maxsize
    return found.f_bavail * found.f_frsize


def relay(shell: int, script: int, limit: int, disk: int) -> int:
    """Pass the script on until the shell ends or the input does; the shell's exit status.

    Also until there are too many processes, or too little is left of the disk. Whether the former may be is
    told by the machine's number of tasks, so that the tree is walked only then.
    """
    before, before_disk = tree.tasks(), free()
    disk = min(disk, max(before_disk - LEAST_FREE, before_disk // 2))
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    while True:
        status = reap(shell)
        if status is not None:
            return status
        if tree.tasks() - before > limit // 2 and len(tree.descendants(os.getpid())) > limit:
            os.write(2, f"[greenshift] more than {limit} processes at once: the build is ended\n".encode())
            return _TOO_MANY
        if before_disk - free() > disk:
            os.write(2, f"[greenshift] more than {disk >> 20} MiB of the disk: the build is ended\n".encode())
            return _TOO_FULL
        ready, _, _ = select.select([0, woken], [], [], _LOOK_SECONDS)
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
    tree.stop_all_below(os.getpid())
    tree.kill_group(shell)
    tree.kill_all_below()


def main() -> int:
    tree.adopt_orphans()
    limit, disk = int(sys.argv[1]), int(sys.argv[2])
    shell, script = start(sys.argv[3:], limit)
    try:
        return relay(shell, script, limit, disk)
    finally:
        kill_all(shell)


if __name__ == "__main__":
    sys.exit(main())

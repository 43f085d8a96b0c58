"""The parent of all processes that run functions: run as a script of its own, beside the twin.

It starts them, tells how they ended, and adopts their orphans; each process adopts its own while it lives. So
a child of this one that it did not start is what a process left behind when it ended, and is killed with all
below it. When its standard input closes the twin is gone, however it went, and so is everything here.

A process with more descendants at once than it may have is ended with all of them; its output says so.

Standard input is a socket of packets. In: ``{"id", "command", "environment", "directory", "script"}`` with
a descriptor for output and errors. Out: ``{"id", "pid"}`` or ``{"id", "error"}``, later ``{"id", "code"}``.
With a script, what the command would do is done by a copy of this process where that is the same (``warm``).
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import resource
import select
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from greenshift.twin.processes import tree, warm
else:
    # Nothing of ours is on the path of an isolated interpreter, and importing the package would take long.
    sys.path.insert(0, str(Path(__file__).parent))
    import tree
    import warm

    del sys.path[0]

_PACKET = 4 << 20
_LOOK_SECONDS = 0.1
# The kernel counts all that the user runs, also what begins later and is nobody's fault here: so many times
# the limit. It does not count root's; whoever looks does.
_OF_THE_KERNEL = 4


class Nursery:
    """All processes under way, by their process id."""

    def __init__(self, control: socket.socket, limit: int) -> None:
        """``limit``: as many descendants as a process may have at once."""
        self._control = control
        self._limit = limit
        self._before = tree.tasks()
        self._ids: dict[int, int] = {}
        self._warm = warm.Warm()
        self._nothing = os.open(os.devnull, os.O_RDWR)

    def serve(self) -> None:
        """Until the other end closes."""
        woken, wake = os.pipe()
        for descriptor in (woken, wake):
            os.set_blocking(descriptor, False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        while True:
            pause = _LOOK_SECONDS if self._ids else None
            ready, _, _ = select.select([self._control.fileno(), woken], [], [], pause)
            self._end_bombs()
            if woken in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(woken, 4096)
                self._end(tree.collect())
            if self._control.fileno() in ready and not self._receive():
                return

    def end_all(self) -> None:
        tree.stop_all_below(os.getpid())
        for pid in self._ids:
            tree.kill_group(pid)
        tree.kill_all_below()

    def _end_bombs(self) -> None:
        """Whether there may be one is told by the machine's number of tasks, so that trees are walked only
        then."""
        if tree.tasks() - self._before <= self._limit // 2:
            return
        for pid in list(self._ids):
            if len(tree.descendants(pid)) > self._limit:
                tree.stop_all_below(pid, itself=True)
                _say(pid, f"[greenshift] more than {self._limit:,} processes at once: the function is ended")
                tree.kill_group(pid)

    def _receive(self) -> bool:
        """One request; False when there will be none any more."""
        try:
            message, descriptors, _, _ = socket.recv_fds(self._control, _PACKET, 1)
        except ConnectionError:
            return False
        if not message:
            return False
        request = json.loads(message)
        try:
            pid = self._start(request, descriptors[0])
        except OSError as error:
            self._tell({"id": request["id"], "error": str(error)})
            return True
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        self._ids[pid] = request["id"]
        self._tell({"id": request["id"], "pid": pid})
        return True

    def _start(self, request: dict[str, Any], output: int) -> int:
        if request["script"]:
            self._warm.get_ready(request["script"])
            gc.freeze()
        child = os.fork()
        if child == 0:
            try:
                self._become(request, output)
            except warm.Begins:
                raise
            except BaseException as error:
                os.write(2, f"{request['command'][0]}: {error}\n".encode())
            os._exit(127)
        return child

    def _become(self, request: dict[str, Any], output: int) -> None:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGPIPE, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        os.setsid()
        tree.lower_limit(resource.RLIMIT_NPROC, tree.tasks() + _OF_THE_KERNEL * self._limit)
        tree.adopt_orphans()
        os.dup2(self._nothing, 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.chdir(request["directory"])
        if request["script"]:
            self._warm.begin(request["script"], request["environment"])
        command = request["command"]
        os.execvpe(command[0], command, request["environment"])

    def _end(self, ended: dict[int, int]) -> None:
        """Tell of a process when nothing of it is left."""
        ours = {pid: code for pid, code in ended.items() if pid in self._ids}
        for pid in ours:
            tree.kill_group(pid)
        ended = tree.kill_all_below(frozenset(self._ids) - frozenset(ours))
        for pid, code in ours.items():
            self._tell({"id": self._ids.pop(pid), "code": code})
        if any(pid in self._ids for pid in ended):
            self._end(ended)

    def _tell(self, message: dict[str, Any]) -> None:
        with contextlib.suppress(ConnectionError):
            self._control.send(json.dumps(message).encode())


def _say(pid: int, text: str) -> None:
    """A line in what a process prints, where it still prints to where it was told."""
    with contextlib.suppress(OSError):
        output = os.open(f"/proc/{pid}/fd/2", os.O_WRONLY | os.O_NONBLOCK)
        try:
            os.write(output, f"{text}\n".encode())
        finally:
            os.close(output)


def main() -> None:
    tree.adopt_orphans()
    # An event loop may leave copies of what it hands down open; a copy of the socket would outlive this
    # process in all that it starts, and its end would not be seen.
    os.closerange(3, 256)
    control = socket.socket(fileno=os.dup(0))
    # What is here is shared with every process until it becomes another program.
    gc.freeze()
    nursery = Nursery(control, int(sys.argv[1]))
    try:
        nursery.serve()
    except warm.Begins as begins:
        control.detach()
        function = begins.with_traceback(None)
    except BaseException:
        nursery.end_all()
        raise
    else:
        nursery.end_all()
        return
    function.run()


if __name__ == "__main__":
    main()

"""Runs one Pulumi program in a process of its own: ``python -m greenshift.engine.program``.

Reads one JSON line from standard input (never arguments: configuration holds secrets, and a process list
shows arguments), connects the SDK to the engine, runs ``__main__.py``, and writes one JSON line about how
it ended to the file descriptor it was given. It ends with ``os._exit``: threads of a failed program may
still wait for a resource that will never be created.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import runpy
import select
import sys
import threading
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
from pulumi.runtime import config, settings, stack
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from greenshift.engine.program import imports, lazy_sdk
from greenshift.errors import GreenshiftError

_THREADS = 32  # each waiting registration holds one; the engine bounds the work itself


class QuietEngine:
    """The engine stub without debug messages: the SDK sends six a resource, each a blocking call."""

    def __init__(self, stub: engine_pb2_grpc.EngineStub) -> None:
        self._stub = stub

    def Log(self, request: engine_pb2.LogRequest) -> None:
        if request.severity != engine_pb2.DEBUG:
            self._stub.Log(request)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stub, name)


def main() -> None:
    lazy_sdk.install()
    gc.disable()  # a short-lived process full of live futures: collecting them took 6 s of a preview of 1,000
    for memory in sys.argv[1:]:
        imports.load(Path(memory), lambda: not select.select([0], [], [], 0)[0])
    line = sys.stdin.readline()
    if not line:  # nobody needs us, or the engine is gone
        os._exit(0)
    order = json.loads(line)
    os.environ.update(order["environment"])
    os.set_inheritable(order["report"], False)
    threading.Thread(target=_end_with, args=(_take_stdin(),), daemon=True).start()
    ending = _run(order)
    directory = Path(order["directory"])
    imports.keep(Path(order["memory"]), lambda file: _is_own(file, directory))
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    with os.fdopen(order["report"], "w") as report:
        report.write(json.dumps(ending) + "\n")
    os._exit(0 if ending["ended"] == "well" else 1)


def _take_stdin() -> int:
    """Keep the pipe from the engine to ourselves: what the program starts reads an empty input."""
    pipe = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return pipe


def _end_with(pipe: int) -> None:
    """The engine holds the pipe open: when it is killed, we end too, even in the middle of a wait."""
    os.read(pipe, 1)
    os._exit(1)


def _run(order: dict[str, Any]) -> dict[str, Any]:
    directory = Path(order["directory"])
    try:
        _configure(order)
        os.chdir(directory)
        sys.path.insert(0, str(directory))
        sys.argv = [str(directory / "__main__.py")]
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        loop.set_default_executor(ThreadPoolExecutor(_THREADS))
        loop.run_until_complete(stack.run_in_stack(lambda: _program(directory)))
    except SystemExit as exit_:
        return {"ended": "well"} if not exit_.code else {"ended": "exit", "code": str(exit_.code)}
    except BaseException as error:  # the edge of the process: everything becomes a report
        return _ending(error, directory)
    return {"ended": "well"}


def _configure(order: dict[str, Any]) -> None:
    config.set_all_config(order["config"], order["secret_keys"])
    channel = grpc.insecure_channel(order["address"])
    settings.configure(
        settings.Settings(
            project=order["project"],
            stack=order["stack"],
            organization="organization",
            monitor=order["address"],
            engine=QuietEngine(engine_pb2_grpc.EngineStub(channel)),
            parallel=_THREADS,
            dry_run=order["dry_run"],
            root_directory=order["directory"],
        )
    )


def _program(directory: Path) -> None:
    runpy.run_path(str(directory / "__main__.py"), run_name="__main__")


def _ending(error: BaseException, directory: Path) -> dict[str, Any]:
    for link in _chain(error):
        if isinstance(link, GreenshiftError):
            return {"ended": "refused", "message": link.message, "hint": link.hint, "code": link.exit_code}
    frames = [line for link in _chain(error) for line in _user_frames(link, directory)]
    return {"ended": "raised", "error": f"{type(error).__name__}: {error}", "frames": frames}


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _user_frames(error: BaseException, directory: Path) -> list[str]:
    """The lines of the traceback that are in the user's own files, innermost last."""
    found = []
    if isinstance(error, SyntaxError) and error.filename and _is_own(error.filename, directory):
        found.append(f"{Path(error.filename).name}:{error.lineno}: {(error.text or '').strip()}")
    for frame in traceback.extract_tb(error.__traceback__):
        if _is_own(frame.filename, directory):
            name = Path(frame.filename).resolve().relative_to(directory.resolve())
            found.append(f"{name}:{frame.lineno}: {frame.line}")
    return found


def _is_own(filename: str, directory: Path) -> bool:
    if filename.startswith("<"):  # "<frozen runpy>": a name, not a file
        return False
    path = Path(filename).resolve()
    return path.is_relative_to(directory.resolve()) and "site-packages" not in path.parts


if __name__ == "__main__":
    main()

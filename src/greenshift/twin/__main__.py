"""``python -m greenshift.twin``: the twin as a process, until it is told to stop."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import uvloop

from greenshift.errors import GreenshiftError
from greenshift.twin.machine import process
from greenshift.twin.machine.options import TwinOptions, beginning_with
from greenshift.twin.server import Twin

_STOP_SECONDS = 6.0


def main() -> int:
    options = _parser().parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        uvloop.run(_serve(options))
    except GreenshiftError as error:
        _tell(options.ready_fd, {"error": error.message, "hint": error.hint, "exit_code": error.exit_code})
        return error.exit_code
    return 0


async def _serve(options: argparse.Namespace) -> None:
    directory = options.home / "twin" if options.home is not None else None
    wanted = TwinOptions(
        port=options.port or 0,
        speed=options.speed or process.DEFAULT_SPEED,
        directory=directory,
        enforce_iam=not options.no_iam,
        allow_origins=tuple(options.allow_origin),
    )
    if options.restore is not None:
        wanted = beginning_with(options.restore, wanted, port=options.port, speed=options.speed)
    twin = Twin(wanted)
    loop = asyncio.get_running_loop()
    await twin.start()
    # After the server's own: uvicorn would end serving, but not the builds and functions beside it.
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, twin.stopping.set)
    if options.home is not None:
        process.announce(options.home, _handle(twin))
    _tell(options.ready_fd, {"ready": twin.endpoint})
    await twin.stopping.wait()
    _end_in_any_case()
    await twin.stop()
    if options.home is not None:
        process.handle_file(options.home).unlink(missing_ok=True)


def _end_in_any_case() -> None:
    """Whatever is in the way: what the twin started ends when the twin does, and its files are removed."""
    timer = threading.Timer(_STOP_SECONDS, os._exit, (1,))
    timer.daemon = True
    timer.start()


def _handle(twin: Twin) -> process.TwinHandle:
    return process.TwinHandle(
        pid=os.getpid(),
        endpoint=twin.endpoint,
        instance=twin.instance,
        speed=twin.options.speed,
        account=twin.options.account,
        region=twin.options.region,
    )


def _tell(descriptor: int | None, message: dict[str, Any]) -> None:
    """To the process that started this one; or to the terminal, when a person did."""
    text = json.dumps(message)
    if descriptor is None:
        print(text, flush=True)
    else:
        os.write(descriptor, text.encode())
        os.close(descriptor)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m greenshift.twin", description=__doc__)
    parser.add_argument("--port", type=int, default=None, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--speed", type=float, default=None, help="twin seconds per real second")
    parser.add_argument("--restore", type=Path, default=None, help="snapshot to begin with")
    parser.add_argument("--no-iam", action="store_true", help="let every role do everything")
    parser.add_argument(
        "--allow-origin", action="append", default=[], help="origin whose pages may speak to the twin"
    )
    parser.add_argument("--home", type=Path, default=None, help="directory for the twin's own file")
    parser.add_argument("--ready-fd", type=int, default=None, help="where to say that the twin answers")
    return parser


if __name__ == "__main__":
    code = main()
    logging.shutdown()
    sys.stdout.flush()
    # Everything was stopped and awaited; taking the interpreter apart module by module costs seconds.
    os._exit(code)

"""``python -m greenshift.engine.plugin``: the provider as a process, for as long as its twin answers."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import socket
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlsplit

from greenshift.engine.plugin import process
from greenshift.engine.plugin.server import Place, serving

_SHORT = 0.5  # seconds


def main() -> None:
    options = _parser().parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    threading.Thread(target=_watch, args=(options.endpoint, ended), daemon=True).start()
    place = Place(options.endpoint, options.region, options.directory)
    with serving(place) as port:
        handle = process.ProviderHandle(os.getpid(), port, options.endpoint, options.instance)
        with process.held(options.home, handle):
            process.tell(options.ready_fd, asdict(handle))
            ended.wait()


def _watch(endpoint: str, ended: threading.Event) -> None:
    """A connection on which nothing is ever said closes when the twin ends, however it ends.

    A twin that lives closes it, too, as it does to everybody who says nothing for long: so it has ended only
    when nobody listens there any more.
    """
    parts = urlsplit(endpoint)
    address = (parts.hostname or "", parts.port or 0)
    while True:
        began = time.monotonic()
        try:
            connection = socket.create_connection(address)
        except OSError:
            break
        with connection, suppress(OSError):
            connection.recv(1)
        if time.monotonic() - began < _SHORT:
            ended.wait(_SHORT)  # it may have too many connections just now
    ended.set()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="greenshift.engine.plugin")
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--region", required=True)
    parser.add_argument("--instance", required=True)
    parser.add_argument("--directory", type=Path, required=True)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--ready-fd", type=int, required=True)
    return parser


if __name__ == "__main__":
    main()

"""A manual clock that stands nearly still while functions run: it measures no machine."""

from __future__ import annotations

import threading
import time
from typing import Any

from greenshift.testing import RunningTwin


class Paced:
    """Moves a twin's manual clock by a second, again and again; while a function runs, once a real second."""

    def __init__(self, twin: RunningTwin) -> None:
        self._twin = twin
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Paced:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(60)

    def _run(self) -> None:
        service: Any = self._twin.twin.services["lambda"]
        moved = time.monotonic()
        while not self._over.wait(0.005):
            if not service.pools.is_busy or time.monotonic() - moved >= 1:
                self._twin.advance(1)
                moved = time.monotonic()

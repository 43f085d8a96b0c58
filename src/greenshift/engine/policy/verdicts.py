"""What a policy pack found in order, kept between runs: asked the same again, it need not be started.

A question is a request to the pack, byte by byte, and the ``basis`` says what else an answer depends on: the
pack's own code, the configuration, the program's files. What is kept is a keyed digest of each question that
was answered without a violation, so that no value of a resource can be read from it, nor guessed.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import threading
from collections.abc import Iterable
from pathlib import Path


class Verdicts:
    """Thread-safe. Without a path nothing is kept."""

    def __init__(self, path: Path | None = None, basis: str = "", key: str = "", kind: str = "") -> None:
        """``kind`` parts what is asked in a preview from what is asked in an `up`."""
        self._path = path
        self._kind = kind
        self._basis = f"{kind}\n{basis}".encode()
        self._key = key.encode()
        self._lock = threading.Lock()
        self._all = _read(path) if path is not None else {}
        self._known = frozenset(self._all.get(kind, ()))
        self._in_order: set[str] = set()

    @property
    def has_some(self) -> bool:
        """Whether there is a chance that nothing need be asked."""
        return bool(self._known)

    def is_in_order(self, question: Iterable[bytes]) -> bool:
        """Whether the same question was answered before, without a violation."""
        digest = self._digest(question)
        if digest not in self._known:
            return False
        with self._lock:
            self._in_order.add(digest)
        return True

    def keep(self, question: Iterable[bytes]) -> None:
        """This question was answered without a violation."""
        with self._lock:
            self._in_order.add(self._digest(question))

    def write(self) -> None:
        """Keep those of this run. A file that cannot be written only costs the next run its questions."""
        if self._path is None or self._in_order == self._known:
            return
        document = {**self._all, self._kind: sorted(self._in_order)}
        temporary = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        with contextlib.suppress(OSError):
            temporary.write_text(json.dumps(document))
            temporary.replace(self._path)

    def _digest(self, question: Iterable[bytes]) -> str:
        made = hmac.new(self._key, self._basis, hashlib.sha256)
        for part in question:
            made.update(len(part).to_bytes(8, "big"))
            made.update(part)
        return made.hexdigest()


def _read(path: Path) -> dict[str, list[str]]:
    """Empty when there is none, or one that nobody here wrote."""
    try:
        document = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    if not isinstance(document, dict):
        return {}
    return {
        str(kind): [item for item in items if isinstance(item, str)]
        for kind, items in document.items()
        if isinstance(items, list)
    }

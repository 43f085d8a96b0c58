"""What was accepted and not done yet, in memory: bounded, and said when it is full."""

from __future__ import annotations

import logging

log = logging.getLogger("greenshift.twin")

MOST = 10_000
MOST_BYTES = 128 << 20


class Backlog:
    """Counts what waits. Whoever takes a place gives it back."""

    def __init__(self, what: str, most: int = MOST, most_bytes: int = MOST_BYTES) -> None:
        self._what = what
        self._most = most
        self._most_bytes = most_bytes
        self._count = 0
        self._bytes = 0
        self._is_told = False

    def take(self, size: int) -> bool:
        """False when there is no room; said once in the log, until half of it is free again."""
        if self._count >= self._most or self._bytes + size > self._most_bytes:
            self._tell()
            return False
        self._count += 1
        self._bytes += size
        return True

    def give(self, size: int) -> None:
        self._count -= 1
        self._bytes -= size
        if self.has_room:
            self._is_told = False

    @property
    def has_room(self) -> bool:
        """Whether half of it is free."""
        return self._count <= self._most // 2 and self._bytes <= self._most_bytes // 2

    def _tell(self) -> None:
        if not self._is_told:
            self._is_told = True
            waiting = f"{self._count:,} {self._what} of {self._bytes >> 20} MiB wait"
            log.warning("%s: more are refused until there is room", waiting)

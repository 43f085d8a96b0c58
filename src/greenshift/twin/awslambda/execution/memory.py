"""How much memory a process has used at most, as far as somebody looked."""

from __future__ import annotations

import os
import time
from pathlib import Path

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
# Looking costs as much as a tenth of a warm invocation, and memory does not change that fast.
_LOOK_AGAIN_SECONDS = 0.2


class MemoryPeak:
    """REPORT's "Max Memory Used" is the most an execution environment has used so far, not in one call."""

    def __init__(self) -> None:
        self._peak_mb = 0
        self._looked_at = 0.0

    def of(self, pid: int) -> int:
        now = time.monotonic()
        if now - self._looked_at > _LOOK_AGAIN_SECONDS:
            self._looked_at = now
            self._peak_mb = max(self._peak_mb, resident_mb(pid))
        return self._peak_mb


def resident_mb(pid: int) -> int:
    """Resident memory in MB; 0 where the system does not tell it this way, or the process has ended."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return max(1, pages * _PAGE_BYTES // 1_048_576)

"""How a command is ended from outside."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType


def as_with_ctrl_c(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    """Whoever ends it wants the same as with Ctrl-C: also a terminal that is closed. `nohup` keeps it."""
    signal.signal(signal.SIGTERM, handler)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, handler)

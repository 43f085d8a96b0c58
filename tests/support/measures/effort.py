"""How much a processor does for a piece of work, in a unit that a slow machine stretches as it does the work.

A bound in seconds holds on the machine it was tried on. The unit here is a loop of additions, measured before
and after the work, in the same thread: what is bounded is the work and not the machine.
"""

from __future__ import annotations

import time
from collections.abc import Callable

_ADDITIONS = 100_000


def effort(work: Callable[[], object]) -> float:
    """The processor's time for ``work``, in times of a hundred thousand additions."""
    before = _unit()
    taken = _thread_seconds(work)
    return taken / max(before, _unit())


def _unit() -> float:
    return _thread_seconds(_add)


def _add() -> None:
    total = 0
    for number in range(_ADDITIONS):
        total += number


def _thread_seconds(work: Callable[[], object]) -> float:
    began = time.thread_time()
    work()
    return time.thread_time() - began

"""Whether a fault meets a call that matches it: counted, by chance, or beyond a rate. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from greenshift.twin.faults.model import Fault


@dataclass(frozen=True)
class Tally:
    """How a fault fared so far. ``tokens`` are those left in its bucket at the moment ``filled``."""

    matched: int = 0
    fired: int = 0
    tokens: float = 0.0
    filled: float = 0.0


def begin(fault: Fault, now: float) -> Tally:
    return Tally(tokens=_size(fault), filled=now)


def judge(fault: Fault, tally: Tally, now: float, chance: float) -> tuple[Tally, bool]:
    """The tally after one more matching call, and whether the fault meets it.

    ``now`` is in real seconds, as callers' retries wait in real time; ``chance`` is a number from [0, 1).
    """
    tally = replace(tally, matched=tally.matched + 1)
    is_over = fault.count is not None and tally.fired >= fault.count
    if tally.matched <= fault.after or is_over:
        return tally, False
    if fault.per_second is not None:
        tally, has_token = _take(tally, fault.per_second, _size(fault), now)
        if has_token:
            return tally, False
    if chance >= fault.probability:
        return tally, False
    return replace(tally, fired=tally.fired + 1), True


def _size(fault: Fault) -> float:
    """A bucket holds a second's worth, and one call at least."""
    return max(1.0, fault.per_second or 0.0)


def _take(tally: Tally, per_second: float, size: float, now: float) -> tuple[Tally, bool]:
    tokens = min(size, tally.tokens + (now - tally.filled) * per_second)
    has_token = tokens >= 1.0
    return replace(tally, tokens=tokens - 1.0 if has_token else tokens, filled=now), has_token

"""How many of n independent requests a version may answer, at 99.9 %."""

from __future__ import annotations

import math


def bounds(requests: int, share: float, confidence: float = 0.999) -> tuple[int, int]:
    """The lowest and highest plausible count; outside of them the share is not what it should be."""
    tail = (1 - confidence) / 2
    low, below = 0, 0.0
    while below + (p := probability(low, requests, share)) < tail:
        below, low = below + p, low + 1
    high, above = requests, 0.0
    while above + (p := probability(high, requests, share)) < tail:
        above, high = above + p, high - 1
    return low, high


def probability(count: int, requests: int, share: float) -> float:
    """Of exactly ``count``; by logarithms, so that it holds for thousands of requests."""
    if share in (0.0, 1.0):
        return float(count == requests * share)
    ways = math.lgamma(requests + 1) - math.lgamma(count + 1) - math.lgamma(requests - count + 1)
    return math.exp(ways + count * math.log(share) + (requests - count) * math.log(1 - share))

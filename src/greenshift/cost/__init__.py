"""What a stack costs: at rest, and for each release.

In: the resources of a stack (deployed or planned), a dated table of public prices, and what is assumed of its
use. Out: lines with quantities and dollars, each of which names its price.
It refuses to know how resources are listed and how lines are shown.
"""

from __future__ import annotations

from greenshift.cost.assumptions import Assumptions
from greenshift.cost.estimate import Estimate, Line, estimate
from greenshift.cost.prices import Prices, read_prices
from greenshift.cost.stack import Resource, Stack, read_stack

__all__ = [
    "Assumptions",
    "Estimate",
    "Line",
    "Prices",
    "Resource",
    "Stack",
    "estimate",
    "read_prices",
    "read_stack",
]

"""How much one look may read of what exists once a function, where AWS counts calls and charges for metrics.

A look at 200 functions would make 200 GetAlias calls, and AWS answers some 15 of them a second. So each
look reads a few, those a release is moving first, and keeps the rest from earlier looks. The first look
reads every alias once.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """The default suits AWS and a look a second."""

    aliases_a_second: float = 12.0
    """Lambda's control plane answers 15 calls a second (developer guide: quotas), and others call too; 0 is
    no bound.
    """
    moving: int = 10
    """Aliases read in a look, of functions that a release is moving."""
    resting: int = 2
    """Aliases read in a look, of the others."""
    hooks: int = 4
    """Deployments whose lifecycle events are read in a look."""
    metrics_seconds: float = 20.0
    """Between two readings of metrics: GetMetricData costs money by the metric."""
    source_seconds: float = 30.0
    """Between two readings of the connection's status."""


EAGER = Pace(aliases_a_second=0, moving=100, resting=20, hooks=40, metrics_seconds=0.5, source_seconds=2.0)
"""For an endpoint that is near and free."""

"""What came from a queue, an API or a schedule in a release, each version by itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class VersionCounts:
    """Invocations of one version by one source."""

    version: str
    invocations: int
    errors: int


@dataclass(frozen=True)
class Retried:
    """Messages, records or events that one version failed on and another one did afterwards."""

    failed_version: str
    version: str
    count: int


@dataclass(frozen=True)
class SourceTraffic:
    """What one source gave to one function while a release moved it."""

    key: str
    source: str
    """A word and a name, such as ``queue jobs``; ``direct`` for a caller's own Invoke."""
    versions: tuple[VersionCounts, ...]
    """Those that were called, the older one first."""
    retried: tuple[Retried, ...]

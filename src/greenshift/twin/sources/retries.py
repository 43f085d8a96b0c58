"""Which version failed on what comes again, so that a retry by another version is counted."""

from __future__ import annotations

from collections.abc import Iterable

from greenshift.twin.awslambda.by_source import BySource, source_of
from greenshift.twin.callers.principal import Principal
from greenshift.twin.sources.model import Mapping
from greenshift.twin.world import World

MOST = 10_000
"""Messages or records that are remembered; more of them at once make the count too low."""


class Retries:
    """Of one mapping. A mapping that names a version, or nothing, has no two versions: nothing is counted."""

    def __init__(self, world: World, mapping: Mapping) -> None:
        self._clock = world.clock
        self._failed: dict[str, str] = {}
        qualifier = mapping.qualifier or ""
        is_alias = qualifier not in ("", "$LATEST") and not qualifier.isdigit()
        source = source_of(Principal.service("lambda.amazonaws.com", mapping.source))
        self._counts = BySource(world.metrics, mapping.function, qualifier, source) if is_alias else None

    def see(self, version: str, *, done: Iterable[str], failed: Iterable[str]) -> None:
        """What one invocation came to, by names that are the same in every attempt."""
        if self._counts is None:
            return
        for name in done:
            before = self._failed.pop(name, version)
            if before != version:
                self._counts.retried(before, version, self._clock.time())
        for name in failed:
            self._failed.pop(name, None)
            self._failed[name] = version
        while len(self._failed) > MOST:
            del self._failed[next(iter(self._failed))]

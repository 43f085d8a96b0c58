"""The buses there are: the account's default one, and those that were made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from greenshift.twin.events import errors
from greenshift.twin.events.model import DEFAULT_BUS

# User guide, "Amazon EventBridge quotas".
BUSES = 100


@dataclass
class Bus:
    """A bus; ``settings`` are its description, key, dead-letter queue and logging, as they were given."""

    name: str
    arn: str
    created: datetime
    settings: dict[str, Any] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)


class Buses:
    """Every bus, by name; the default one is always there."""

    kept: ClassVar[tuple[str, ...]] = ("_buses",)

    def __init__(self, region: str, account: str, now: datetime) -> None:
        self._prefix = f"arn:aws:events:{region}:{account}:event-bus/"
        self._buses: dict[str, Bus] = {}
        self.make(DEFAULT_BUS, now, {}, {})

    def __iter__(self) -> Iterator[Bus]:
        return iter(sorted(self._buses.values(), key=lambda bus: bus.name))

    def find(self, name: str) -> Bus:
        bus = self._buses.get(name)
        if bus is None:
            raise errors.bus_not_found(name)
        return bus

    def by_arn(self, arn: str) -> Bus | None:
        """None for the ARN of something else, or of nothing."""
        return self._buses.get(arn.removeprefix(self._prefix)) if arn.startswith(self._prefix) else None

    def make(self, name: str, now: datetime, settings: dict[str, Any], tags: dict[str, str]) -> Bus:
        if name in self._buses:
            raise errors.bus_exists(name)
        if len(self._buses) > BUSES:
            raise errors.too_many_buses(BUSES)
        self._buses[name] = Bus(name, self._prefix + name, now, settings, tags)
        return self._buses[name]

    def remove(self, name: str) -> None:
        """Delete a bus; one that is not there is deleted already."""
        if name == DEFAULT_BUS:
            raise errors.validation("Cannot delete event bus default.")
        self._buses.pop(name, None)

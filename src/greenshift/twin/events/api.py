"""EventBridge as one service: the groups of operations put together."""

from __future__ import annotations

from greenshift.twin.events.model import DEFAULT_BUS
from greenshift.twin.events.operations.archives import ArchiveOperations
from greenshift.twin.events.operations.buses import BusOperations
from greenshift.twin.events.operations.rules import RuleOperations
from greenshift.twin.events.operations.sending import SendingOperations


class Events(RuleOperations, SendingOperations, BusOperations, ArchiveOperations):
    """The twin's EventBridge."""

    def resources(self) -> list[str]:
        """Replays are history, not resources: AWS forgets them after 90 days and has no call for it."""
        buses = [bus.arn for bus in self._buses if bus.name != DEFAULT_BUS]
        return [*(rule.arn for rule in self._rules), *buses, *(each.arn for each in self._archives)]

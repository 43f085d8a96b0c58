"""Where the outcome of steps goes: the journal of a run, or (a preview) only the snapshot in memory."""

from __future__ import annotations

from typing import Protocol

from greenshift.engine.state.checkpoint import ResourceState
from greenshift.engine.state.snapshot import Operation, Snapshot


class Record(Protocol):
    def put(self, state: ResourceState) -> None:
        """A resource as it is now; every call for it has ended."""

    def remove(self, state: ResourceState) -> None: ...

    def begin(self, operation: Operation, state: ResourceState) -> None:
        """About to call; ``put``, ``remove`` or ``abandon`` say how it ended."""

    def abandon(self, operation: Operation, state: ResourceState) -> None:
        """The call was refused as a whole."""

    def recovered(self, state: ResourceState, attempted: ResourceState) -> None:
        """A resource that an earlier run left, and an update of it that nobody knows the end of."""


class Memory:
    """A preview leaves no trace."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def put(self, state: ResourceState) -> None:
        self._snapshot.put(state)

    def remove(self, state: ResourceState) -> None:
        self._snapshot.remove(state.urn, state.id, state.condemned)

    def begin(self, operation: Operation, state: ResourceState) -> None:
        self._snapshot.begin(operation, state)

    def abandon(self, operation: Operation, state: ResourceState) -> None:
        self._snapshot.abandon(operation, state.urn, state.id)

    def recovered(self, state: ResourceState, attempted: ResourceState) -> None:
        self._snapshot.put(state)
        self._snapshot.begin("updating", attempted)

"""What led to a record of a stream: noted while moto writes it, since the record itself cannot say.

moto keeps the streams and gives records out as they were written; whoever reads one finds here what led to
it, by a name that the record has. Only what something led to is noted, and the newest of that.
"""

from __future__ import annotations

from typing import Any, ClassVar

from greenshift.twin.callers import chain
from greenshift.twin.callers.chain import NONE, Chain

_MOST = 50_000


class RecordChains:
    """Chains by record; written on moto's thread and read on the loop, each in one step."""

    kept: ClassVar[tuple[str, ...]] = ("_chains",)

    def __init__(self) -> None:
        self._chains: dict[str, Chain] = {}

    def note(self, record: str) -> None:
        """A record was written on the way of what is done now."""
        found = chain.current()
        if found == NONE:
            return
        self._chains[record] = found
        if len(self._chains) > _MOST:
            self._chains.pop(next(iter(self._chains)), None)

    def chain_of(self, record: str) -> Chain:
        return self._chains.get(record, NONE)


def name_of_item(record: dict[str, Any]) -> str:
    """The name of a record in a table's stream."""
    return str(record["eventID"])


def name_of_record(stream: str, shard: str, sequence: str) -> str:
    """The name of a record in a Kinesis stream; ``stream`` is the stream's ARN."""
    return f"{stream}/{shard}/{sequence}"

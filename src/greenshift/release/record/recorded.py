"""Where the ledger says an alias is: what the last release that moved it left behind."""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter

from greenshift.contract.rows import FunctionRow
from greenshift.contract.statuses import State
from greenshift.release.record.ledger import Ledger

# Releases that failed before they moved anything say nothing; so many of them in a row are looked past.
_ROWS = 10
# Functions that a release did not touch, so that it says nothing of where they are.
_SILENT = frozenset({State.PUBLISHED, State.UNCHANGED})


def left_at(rows: Iterable[FunctionRow]) -> str | None:
    """The version that the last release to end left the alias on; None when none tells.

    Not the last to start: a release may wait for approval while a rollback comes and goes. A function that
    could not be restored is somebody's to mend, so nothing is expected of where it is now.
    """
    ends = [(row.ended_at, row) for row in rows if row.status not in _SILENT]
    ended = [(at, row) for at, row in ends if at is not None]
    if not ended or len(ended) < len(ends):  # one that has not ended may still move it
        return None
    _, last = max(ended, key=itemgetter(0))
    match last.status:
        case State.SHIFTED | State.HALTED:
            return last.to_version
        case State.ROLLED_BACK:
            return last.from_version
    return None


def recorded_version(ledger: Ledger, function: str, release_id: str) -> str | None:
    """Where the releases before this one left the function's alias.

    An index is a moment behind its table, so a row that looks unended is read again from the table itself.
    """
    rows = [row for row in ledger.history(function, _ROWS).rows if row.release != release_id]
    return left_at(row if row.ended_at else ledger.as_written(row) for row in rows)

"""Where the ledger says an alias is: what the last release that moved it left behind."""

from __future__ import annotations

from collections.abc import Iterable

from greenshift.release.ledger import Ledger
from greenshift.release.model import State
from greenshift.release.rows import FunctionRow

# Releases that failed before they moved anything say nothing; so many of them in a row are looked past.
_ROWS = 10


def left_at(rows: Iterable[FunctionRow]) -> str | None:
    """The version that the newest telling row, of rows newest first, left the alias on; None when none tells.

    A function that could not be restored is somebody's to mend, so nothing is expected of where it is now.
    """
    for row in rows:
        match row.status:
            case State.SHIFTED | State.HALTED:
                return row.to_version
            case State.ROLLED_BACK:
                return row.from_version
            case State.FAILED | State.SHIFTING | State.ROLLING_BACK:
                return None
            case State.PUBLISHED | State.UNCHANGED:
                continue
    return None


def recorded_version(ledger: Ledger, function: str, release_id: str) -> str | None:
    """Where the releases before this one left the function's alias.

    An index is a moment behind its table, so a row that looks unended is read again from the table itself.
    """
    rows = [row for row in ledger.history(function, _ROWS).rows if row.release != release_id]
    return left_at(row if row.ended_at else ledger.as_written(row) for row in rows)

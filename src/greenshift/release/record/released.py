"""Whether a version was ever published by a release: what no release published is nothing to go back to.

A function is made with bootstrap code (`components/bootstrap.py`), which only fails. It counts as "no
release has reached this function yet", so a first release has nothing to protect and a rollback never goes
there.
"""

from __future__ import annotations

from greenshift.contract.statuses import State
from greenshift.release.record.ledger import Ledger
from greenshift.release.record.retention import OURS
from greenshift.release.services.functions import Configuration

# In these a release let traffic reach a function's new version, and left it there.
_LEFT_THERE = frozenset({State.SHIFTED, State.HALTED})
# A deployment that changes a setting publishes a version of its own, which a release then finds: only the
# ledger knows of those. So many rows of one function are read.
_ROWS = 50


def is_released(ledger: Ledger, function: str, version: Configuration) -> bool:
    """Whether a release published this version of a function (its physical name), or made it live."""
    if version.description.startswith(OURS):
        return True
    rows = ledger.history(function, _ROWS).rows
    return any(row.to_version == version.version and row.status in _LEFT_THERE for row in rows)

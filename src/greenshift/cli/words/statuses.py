"""Every status a release may have in the ledger, in the order it may have them."""

from __future__ import annotations

from greenshift.contract.statuses import Status

STATUSES = tuple(status.value for status in Status)

"""Every status a release may have in the ledger, in the order it may have them."""

from __future__ import annotations

STATUSES = (
    "PUBLISHING",
    "PUBLISHED",
    "SHIFTING",
    "WAITING",
    "BAKING",
    "ROLLING_BACK",
    "SUCCEEDED",
    "ROLLED_BACK",
    "FAILED",
    "UNCHANGED",
)

"""At most one release of a pipeline moves aliases at a time: one row of the ledger says which.

CodePipeline's Shift stage holds one execution at a time, but a rollback does not come through the pipeline,
and an execution may end before its release does. So whoever is about to shift takes this row first, and can
take it only from a release that has ended.
"""

from __future__ import annotations

from typing import Any

from greenshift.release.record.baton import Baton


class RightOfWay(Baton):
    """The row `right-of-way/<pipeline>` of the ledger's table."""

    def __init__(self, client: Any, table: str, pipeline: str) -> None:
        super().__init__(client, table, f"right-of-way/{pipeline}")

"""What one of us writes for the controller, the controller reads."""

from __future__ import annotations

import json

import pytest

from greenshift.contract.errands import LIVE, Ask, Errand, Plan, Rollback, Settle, event_of
from greenshift.release.errands import is_errand, parse_errand


@pytest.mark.parametrize(
    "errand",
    [
        Settle("r1", "it was abandoned"),
        Rollback("rollback-1", "r1", "ada", "it fails"),
        Rollback("rollback-2", "", "", "", undo="r2"),
        Plan("r1"),
        Plan("", undo=LIVE),
        Ask("0123456789"),
    ],
)
def test_an_errand_reads_back_as_it_was_written(errand: Errand) -> None:
    event = json.loads(json.dumps(event_of(errand)))

    assert is_errand(event)
    assert parse_errand(event) == errand


def test_the_event_is_what_controllers_of_today_understand() -> None:
    """A stack's controller may be older than the command that asks it; it overlooks what it does not know."""
    assert event_of(Settle("r1", "why")) == {
        "greenshift": {"errand": "settle", "release": "r1", "reason": "why"}
    }
    rollback = event_of(Rollback("k", "r1", "ada", "why"))["greenshift"]
    today = {"errand": "rollback", "id": "k", "to": "r1", "by": "ada", "why": "why"}
    assert rollback.items() >= today.items()

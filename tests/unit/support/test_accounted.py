"""Messages are accounted for as they were worked on."""

from __future__ import annotations

from support.measures.accounted import account


def test_messages_are_processed_dead_or_lost_and_duplicates_are_of_the_version_that_came_second() -> None:
    attempts = [("1", "1"), ("2", "3"), ("2", "1"), ("1", "2"), ("1", "2"), ("9", "1")]
    found = account(attempts, {"1", "2", "3", "4"}, {"1", "2"}, dead=1)
    assert (found.sent, found.processed, found.dead, found.lost) == (4, 2, 1, 1)
    assert dict(found.duplicates) == {"2": 2} and dict(found.failed) == {"3": 1}
    assert str(found) == (
        "4 in, 2 processed, 1 dead, 1 lost, 2 duplicates (version 2: 2), 1 failed attempts (version 3: 1)"
    )

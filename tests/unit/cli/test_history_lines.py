"""One line a release, and what a person may ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from greenshift.cli import history
from greenshift.errors import UsageError
from greenshift.view import FunctionOutputs, Query, StackOutputs

Plain = Callable[[str], str]
Make = Callable[..., Any]
CHARGE = FunctionOutputs("charge", "p-charge", "arn:aws:lambda:r:1:function:p-charge:live", "a", "g")


class FakeView:
    """The part of a StackView the filters need."""

    outputs = StackOutputs("p", "url", "ledger", "bucket", "topic", (CHARGE,))

    def now(self) -> datetime:
        return datetime(2026, 11, 23, tzinfo=UTC)


def test_a_release_that_went_well_is_one_line(release_of: Make, plain: Plain) -> None:
    (line,) = history.lines(release_of("SUCCEEDED", charge=("1", "2"), refund=("3", "3")))

    assert plain(line) == (
        "✔ id        2026-11-23 16:50:57  SUCCEEDED    01234567  charge 1 → 2  Lower the fee"
    )


def test_why_a_release_went_back_stands_below_it(release_of: Make, plain: Plain) -> None:
    lines = history.lines(release_of("ROLLED_BACK", "alarm fired\nand more", charge=("1", "2")))

    assert plain(lines[0]).startswith("↶ id ")
    assert [plain(line) for line in lines[1:]] == ["    alarm fired"]


def test_who_was_in_a_hurry_and_why_is_told(release_of: Make, plain: Plain) -> None:
    hurried = replace(
        release_of("SUCCEEDED"), mode="now", by="Ada <ada@example.org>", why="refunds fail\nsince noon"
    )
    (line,) = history.lines(hurried)
    (usual,) = history.lines(replace(hurried, mode="normal"))

    assert plain(line).endswith("Lower the fee  (now by Ada: refunds fail)")
    assert plain(usual).endswith("Lower the fee")


def test_a_rollback_is_named_by_word_and_number(release_of: Make, plain: Plain) -> None:
    back = replace(release_of("SUCCEEDED"), id="rollback-3f2a91c0-1234-5678", mode="rollback")

    assert "rollback-3f2a91c0  2026" in plain(history.lines(back)[0])


def test_a_release_that_was_taken_back_later_says_what_did(release_of: Make, plain: Plain) -> None:
    undone = replace(release_of("SUCCEEDED"), undone_by="rollback-3f2a91c0-1234-5678")

    assert plain(history.lines(undone)[1]) == "    undone by rollback-3f2a91c0"


def test_the_reason_of_a_rollback_is_told_once(release_of: Make, plain: Plain) -> None:
    why = "the old page was better"
    back = replace(release_of("SUCCEEDED", message=why), mode="rollback", by="Ada", why=why)
    (line,) = history.lines(back)
    (unsaid,) = history.lines(replace(back, message="rollback", by="", why=""))

    assert plain(line).endswith("  rollback by Ada: the old page was better")
    assert plain(line).count(why) == 1
    assert plain(unsaid).endswith("  rollback")


def test_words_of_others_are_shown_as_they_are_written(release_of: Make, plain: Plain) -> None:
    first, second = history.lines(release_of("FAILED", "[red]no[/]", message="\x1b[2J[bold]fix[/]"))

    assert plain(first).endswith("[bold]fix[/]")
    assert plain(second) == "    [red]no[/]"


def test_a_row_with_nothing_in_it_is_still_a_line(release_of: Make, plain: Plain) -> None:
    empty = replace(release_of(""), commit="", message="", started_at="", trigger="")

    assert len(history.lines(empty)) == 1
    assert plain(history.lines(empty)[0]).startswith("·")


def test_filters_become_a_query_by_physical_names_and_moments() -> None:
    view: Any = FakeView()

    assert history.query(view, "", "", "") == Query()
    assert history.query(view, "charge", "rolled_back", "36h") == Query(
        "p-charge", "charge", "ROLLED_BACK", "2026-11-21T12:00:00.000Z"
    )


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        (("chrge", "", ""), "no function 'chrge'; it has charge"),
        (("", "lost", ""), "'lost' is no status"),
        (("", "", "yesterday"), "'yesterday' is no length of time"),
    ],
)
def test_a_filter_that_cannot_be_is_refused(filters: tuple[str, str, str], said: str) -> None:
    view: Any = FakeView()

    with pytest.raises(UsageError, match=said):
        history.query(view, *filters)

"""The table of releases, and what a person may ask for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from greenshift.cli.commands import history
from greenshift.cli.words.ledger_table import table
from greenshift.errors import UsageError
from greenshift.view import FunctionOutputs, Hours, Query, StackOutputs

Plain = Callable[[str], str]
Make = Callable[..., Any]
_AT = "2026-11-23T16:50:57.123Z"
CHARGE = FunctionOutputs("charge", "p-charge", "arn:aws:lambda:r:1:function:p-charge:live", "a", "g")


class FakeView:
    """The part of a StackView the filters need."""

    outputs = StackOutputs("p", "url", "ledger", "bucket", "topic", (CHARGE,))

    def now(self) -> datetime:
        return datetime(2026, 11, 23, tzinfo=UTC)


def test_a_release_is_a_row_below_a_header_with_what_it_did_below_it(release_of: Make, plain: Plain) -> None:
    lines = table([release_of("SUCCEEDED", charge=("1", "2"), refund=("3", "3"))])

    assert [plain(line) for line in lines] == [
        "  release  began (UTC)          status     commit",
        "✔ id       2026-11-23 16:50:57  succeeded  01234567",
        "    charge 1 → 2  Lower the fee",
    ]


def test_the_release_whose_commit_is_live_says_so(release_of: Make, plain: Plain) -> None:
    lines = table([release_of("SUCCEEDED", charge=("1", "2"))], live="id")

    assert plain(lines[1]).split() == ["✔", "id", "2026-11-23", "16:50:57", "succeeded,", "live", "01234567"]


def test_on_a_twin_the_header_says_whose_clock_is_which(release_of: Make, plain: Plain) -> None:
    hours = Hours.of_twin(60.0, 1795456257.0, 1795452657.0, UTC)
    head, row, _ = table([release_of("SUCCEEDED", charge=("1", "2"))], hours)

    assert re.split(r"  +", plain(head).strip()) == ["release", "began", "twin", "status", "commit"]
    assert re.split(r"  +", plain(row)) == [
        "✔ id", hours.day(_AT), hours.twin_clock(_AT), "succeeded", "01234567",
    ]  # fmt: skip
    assert hours.twin_clock(_AT)


def test_releases_share_their_columns_and_fit_on_80(release_of: Make, plain: Plain) -> None:
    hours = Hours.of_twin(60.0, 1795542657.0, 1795452657.0, UTC)  # a day apart: the twin's has its date
    back = replace(release_of("ROLLED_BACK", message="m" * 300), id="rollback-3f2a91c0-1234")
    many = {f"a-function-with-a-name-{number}": ("1", "2") for number in range(30)}
    long = replace(release_of("SUCCEEDED", message="word " * 60, **many), mode="now", by="Ada", why="w")
    lines = [plain(line) for line in table([back, long], hours)]

    assert max(map(len, lines)) <= 80
    assert [line.index("01234567") for line in lines if "01234567" in line] == [65, 65]
    assert any(line.endswith(" more") for line in lines), "functions that do not fit are counted"
    assert any(line.endswith("…") for line in lines)


def test_a_reason_is_never_cut(release_of: Make, plain: Plain) -> None:
    reason = "alarm fired: " + "very long " * 40 + "the end"

    assert (
        plain(table([release_of("ROLLED_BACK", f"{reason}\nmore", charge=("1", "2"))])[-1]) == f"    {reason}"
    )


def test_why_a_release_went_back_stands_below_it(release_of: Make, plain: Plain) -> None:
    _, row, *below = table([release_of("ROLLED_BACK", "alarm fired\nand more", charge=("1", "2"))])

    assert plain(row).startswith("↶ id ")
    assert [plain(line) for line in below] == ["    charge 1 → 2  Lower the fee", "    alarm fired"]


def test_why_a_build_failed_is_said_in_words(release_of: Make, plain: Plain) -> None:
    account = (
        "Build failed: Build terminated with state: FAILED. Phase: BUILD, Code: COMMAND_EXECUTION_ERROR, "
        "Message: Error while executing command: npm test. Reason: exit status 1"
    )

    assert (
        plain(table([release_of("FAILED", account)])[-1])
        == "    Build failed: npm test ended with exit status 1"
    )


def test_who_was_in_a_hurry_and_why_is_told(release_of: Make, plain: Plain) -> None:
    hurried = replace(
        release_of("SUCCEEDED"), mode="now", by="Ada <ada@example.org>", why="refunds fail\nsince noon"
    )

    assert [plain(line) for line in table([hurried])[2:]] == [
        "    nothing changed  Lower the fee", "    now by Ada: refunds fail",
    ]  # fmt: skip
    usual = replace(hurried, mode="normal")
    assert plain(table([usual])[-1]) == "    nothing changed  Lower the fee  by Ada"
    nobody = replace(usual, by="", author="Grace <grace@example.org>")
    assert plain(table([nobody])[-1]).endswith("Lower the fee  by Grace"), "as the page has it"
    long = replace(usual, message="Lower the fee " * 4)
    assert plain(table([long])[-1]) == "    by Ada", "a line is never wider than a narrow terminal"


def test_a_rollback_is_named_by_word_and_number(release_of: Make, plain: Plain) -> None:
    back = replace(release_of("SUCCEEDED"), id="rollback-3f2a91c0-1234-5678", mode="rollback")

    assert "rollback-3f2a91c0  2026" in plain(table([back])[1])


def test_a_release_that_was_taken_back_later_says_what_did(release_of: Make, plain: Plain) -> None:
    undone = replace(release_of("SUCCEEDED"), undone_by="rollback-3f2a91c0-1234-5678")

    assert plain(table([undone])[-1]) == "    undone by rollback-3f2a91c0"


def test_the_reason_of_a_rollback_is_told_once(release_of: Make, plain: Plain) -> None:
    why = "the old page was better"
    back = replace(release_of("SUCCEEDED", message=why), mode="rollback", by="Ada", why=why)
    told = "\n".join(plain(line) for line in table([back]))
    unsaid = plain(table([replace(back, message="rollback", by="", why="")])[-1])

    assert told.endswith("  rollback by Ada: the old page was better")
    assert told.count(why) == 1
    assert unsaid.endswith("  rollback")


def test_words_of_others_are_shown_as_they_are_written(release_of: Make, plain: Plain) -> None:
    *_, first, second = table([release_of("FAILED", "[red]no[/]", message="[bold]fix[/]")])

    assert plain(first).endswith("[bold]fix[/]")
    assert plain(second) == "    [red]no[/]"


def test_a_row_with_nothing_in_it_is_still_a_line(release_of: Make, plain: Plain) -> None:
    empty = replace(release_of(""), commit="", message="", started_at="", trigger="")

    assert [plain(line) for line in table([empty])[1:]] == ["· id", "    its versions are not published yet"]


def test_what_is_the_reason_of_an_unchanged_release_is_told_once(release_of: Make, plain: Plain) -> None:
    unchanged = release_of("UNCHANGED", "nothing changed", charge=("1", "1"))

    assert "\n".join(plain(line) for line in table([unchanged])).count("nothing changed") == 1


def test_of_a_commit_its_subject_is_told(release_of: Make, plain: Plain) -> None:
    reverting = replace(release_of("SUCCEEDED", charge=("1", "2")), message="Revert it\n\nThis reverts 0123.")

    told = "\n".join(plain(line) for line in table([reverting]))
    assert "Revert it" in told and "This reverts" not in told


def test_no_release_is_no_table() -> None:
    assert table([]) == []


@pytest.mark.parametrize("spelt", ["rolled_back", "rolled back", "ROLLED_BACK"])
def test_filters_become_a_query_by_physical_names_and_moments(spelt: str) -> None:
    view: Any = FakeView()

    assert history.query(view, "", "", "") == Query()
    assert history.query(view, "charge", spelt, "36h") == Query(
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

"""How the page says things."""

from __future__ import annotations

import pytest

from greenshift.dashboard import words


def test_every_state_has_a_word_and_a_mark_and_unknown_ones_are_said_as_they_are() -> None:
    assert (words.state("ROLLED_BACK").word, words.state("ROLLED_BACK").mark) == ("rolled back", "back")
    assert words.state("SOMETHING_NEW").word == "something new"
    assert words.state("").word == "not yet"


def test_what_is_not_known_takes_no_time() -> None:
    assert words.took("2026-11-01T10:00:00.000Z", "") == ""
    assert words.took("2026-11-01T10:00:00.000Z", "2026-11-01T10:02:00.000Z") == "2 min"


@pytest.mark.parametrize(("value", "told"), [(40.0, "40 %"), (0.25, "0.2 %"), (33.333333, "33.3 %")])
def test_percents_have_one_place_at_most(value: float, told: str) -> None:
    assert words.percent(value) == told


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("AllAtOnce", "all at once"),
        ("Linear10PercentEvery1Minute", "10 % every minute"),
        ("Linear25PercentEvery10Minutes", "25 % every 10 minutes"),
        ("Canary10Percent5Minutes", "10 %, the rest 5 minutes later"),
        ("Canary5Percent1Minute", "5 %, the rest 1 minute later"),
        ("Some.Other", "Some.Other"),
    ],
)
def test_a_strategy_is_told_in_words(name: str, told: str) -> None:
    assert words.strategy(name) == told


def test_a_reason_is_told_without_the_account_of_datapoints() -> None:
    reason = "charge: alarm shop-charge fired: Threshold Crossed: 1 out of the last 1 datapoints [38.8]"

    assert words.brief(reason) == "charge: alarm shop-charge fired"
    assert words.brief("a hook failed: boom\nmore") == "a hook failed: boom"


def test_terminal_sequences_of_other_peoples_text_are_not_passed_on() -> None:
    assert words.plain("a\x1b[31mred\x1b[0m\x07 text") == "ared text"


def test_people_are_named_without_their_address() -> None:
    assert words.person("Ada Lovelace <ada@example.org>") == "Ada Lovelace"
    assert words.person("arn:aws:sts::123456789012:assumed-role/Admin/ada") == "ada"
    assert words.person("arn:aws:iam::123456789012:root") == "root"


def test_ids_are_short_and_those_of_rollbacks_say_so() -> None:
    assert words.named("3f2a91c0-1111-2222") == "release 3f2a91c0"
    assert words.named("rollback-9b1c44aa-1111") == "rollback-9b1c44aa"
    assert words.short("3f2a91c0-1111-2222") == "3f2a91c0"
    assert words.short("rollback-9b1c44aa-1111") == "rollback-9b1c44aa"


def test_one_is_counted_as_one() -> None:
    assert [words.counted(number, "call") for number in (0, 1, 1.0, 28)] == [
        "0 calls",
        "1 call",
        "1 call",
        "28 calls",
    ]

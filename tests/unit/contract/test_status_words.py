"""One spelling of a status for people."""

from __future__ import annotations

import pytest

from greenshift.cli.words.icons import _BY_STATUS
from greenshift.contract.status_words import WORDS, word
from greenshift.contract.statuses import State, Status


def test_whoever_keeps_a_status_people_read_one_word() -> None:
    assert word("SUCCEEDED") == word("Succeeded") == "succeeded"
    assert word("ROLLED_BACK") == "rolled back"
    assert word("SomethingNew") == "somethingnew"
    assert word("SOMETHING_NEW") == "something new"


@pytest.mark.parametrize("status", [*Status, *State])
def test_every_status_of_the_ledger_has_its_word(status: Status | State) -> None:
    assert status.value in WORDS


@pytest.mark.parametrize("status", sorted(_BY_STATUS))
def test_no_word_but_an_alarms_is_in_capitals(status: str) -> None:
    assert word(status) == "OK" or word(status).islower()

"""Which releases were taken back later, from what the ledger says of each."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pytest

from greenshift.view import FunctionRelease, ReleaseView
from greenshift.view.undone import marked


@dataclass
class Ledger:
    """A pipeline's releases, made one after the other as the controller makes them."""

    live: dict[str, int] = field(default_factory=lambda: {"charge": 1, "refund": 1})
    newest: dict[str, int] = field(default_factory=lambda: {"charge": 1, "refund": 1})
    rows: list[ReleaseView] = field(default_factory=list)
    """The newest first, as the ledger is read."""

    def release(self, *keys: str, status: str = "SUCCEEDED") -> str:
        """A new version of each of these functions."""
        for key in keys:
            self.newest[key] += 1
        return self._moves({key: self.newest[key] for key in keys}, "normal", status)

    def rollback(self, status: str = "SUCCEEDED", **versions: int) -> str:
        return self._moves(versions, "rollback", status)

    def undone(self) -> dict[str, str]:
        return {each.id: each.undone_by for each in marked(self.rows) if each.undone_by}

    def _moves(self, wanted: dict[str, int], mode: str, status: str) -> str:
        parts = tuple(
            FunctionRelease(key, key, str(self.live[key]), str(wanted.get(key, self.live[key])), "")
            for key in sorted(self.live)
        )
        number = len(self.rows)
        at, id_ = f"2026-11-23T16:{number:02}:00.000Z", f"{'back' if mode == 'rollback' else 'r'}{number}"
        row = ReleaseView(id_, status, "", "", "", at, at, "", "", parts, (), mode=mode)
        self.rows.insert(0, row)
        if status == "SUCCEEDED":
            self.live |= wanted
        return id_


def test_a_release_is_undone_by_the_rollback_after_it() -> None:
    ledger = Ledger()
    ledger.release("charge")
    second = ledger.release("charge")
    back = ledger.rollback(charge=2)

    assert ledger.undone() == {second: back}


def test_a_rollback_further_back_undoes_every_release_on_the_way() -> None:
    ledger = Ledger()
    ledger.release("charge")
    ours, theirs, last = (
        ledger.release("charge"),
        ledger.release("refund"),
        ledger.release("charge", "refund"),
    )
    back = ledger.rollback(charge=2, refund=1)

    assert ledger.undone() == {ours: back, theirs: back, last: back}


def test_what_was_undone_stays_undone_by_the_first_who_did() -> None:
    ledger = Ledger()
    first = ledger.release("charge")
    back = ledger.rollback(charge=1)
    fix = ledger.release("charge")
    again = ledger.rollback(charge=1)

    assert ledger.undone() == {first: back, fix: again}


def test_a_release_that_was_brought_back_is_undone_no_more() -> None:
    ledger = Ledger()
    first, second = ledger.release("charge"), ledger.release("charge")
    back = ledger.rollback(charge=1)
    assert ledger.undone() == {first: back, second: back}

    ledger.rollback(charge=2)
    assert ledger.undone() == {second: back}
    ledger.rollback(charge=3)
    assert ledger.undone() == {}


@pytest.mark.parametrize("status", ["FAILED", "ROLLED_BACK", "SHIFTING", "UNCHANGED"])
def test_a_rollback_that_moved_nothing_in_the_end_undoes_nothing(status: str) -> None:
    ledger = Ledger()
    ledger.release("charge")
    ledger.rollback(status, charge=1)

    assert ledger.undone() == {}


def test_only_a_release_that_went_well_is_undone_later() -> None:
    ledger = Ledger()
    ledger.release("charge")
    ledger.release("charge", status="ROLLED_BACK")
    ledger.release("refund", status="FAILED")
    second = ledger.release("charge")
    back = ledger.rollback(charge=2)

    assert ledger.undone() == {second: back}


def test_a_rollback_before_a_release_did_not_undo_it() -> None:
    ledger = Ledger()
    ledger.release("charge")
    ledger.rollback(charge=1)
    ledger.release("charge")

    assert "r2" not in ledger.undone()


def test_rows_of_later_releases_say_it_of_a_page_that_has_none() -> None:
    ledger = Ledger()
    first = ledger.release("charge")
    back = ledger.rollback(charge=1)
    later, page = ledger.rows[:1], ledger.rows[1:]

    assert [each.undone_by for each in marked(page)] == [""]
    assert [(each.id, each.undone_by) for each in marked(page, later)] == [(first, back)]


@pytest.mark.parametrize("seed", range(40))
def test_what_is_live_is_never_undone_and_what_a_rollback_left_always_is(seed: int) -> None:
    chance, ledger = random.Random(seed), Ledger({"charge": 1}, {"charge": 1})
    made = {1: ""}
    for _ in range(30):
        if chance.random() < 0.6 or len(made) < 2:
            id_ = ledger.release("charge")
            made[ledger.newest["charge"]] = id_
            continue
        before = ledger.live["charge"]
        wanted = chance.choice([each for each in made if each != before])
        back = ledger.rollback(charge=wanted)
        undone = ledger.undone()
        assert not undone.get(made[wanted])
        if wanted < before:
            assert undone[made[before]] == back

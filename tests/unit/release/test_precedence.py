"""Which of two releases goes back for the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from greenshift.contract.release import Release
from greenshift.contract.rules import Mode, Newer, Rules
from greenshift.contract.statuses import Status
from greenshift.release.machine.precedence import gives_way

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
OLDER = Release("r1", "shop", Status.SHIFTING, started_at=NOON, since=NOON)
NEWER = replace(OLDER, id="r2", status=Status.PUBLISHED, started_at=NOON + timedelta(minutes=1))
SUPERSEDED = Rules(newer=Newer.SUPERSEDE)


@pytest.mark.parametrize("status", [Status.PUBLISHED, Status.SHIFTING, Status.WAITING])
def test_a_release_gives_way_to_one_in_a_hurry_and_to_any_if_its_rules_say_so(status: Status) -> None:
    older = replace(OLDER, status=status)

    assert gives_way(older, replace(NEWER, mode=Mode.NOW))
    assert gives_way(replace(older, rules=SUPERSEDED), NEWER)
    assert not gives_way(older, NEWER)


@pytest.mark.parametrize("status", [each for each in Status if each is not Status.PUBLISHED])
def test_only_to_one_that_is_published(status: Status) -> None:
    assert not gives_way(OLDER, replace(NEWER, mode=Mode.NOW, status=status))


@pytest.mark.parametrize("mode", [Mode.NOW, Mode.ROLLBACK])
def test_what_is_in_a_hurry_itself_gives_way_to_nothing(mode: Mode) -> None:
    assert not gives_way(replace(OLDER, mode=mode, rules=SUPERSEDED), replace(NEWER, mode=Mode.NOW))


@pytest.mark.parametrize("status", [Status.ROLLING_BACK, *(each for each in Status if each.is_ended)])
def test_what_goes_back_already_or_has_ended_gives_way_to_nothing(status: Status) -> None:
    assert not gives_way(replace(OLDER, status=status, rules=SUPERSEDED), replace(NEWER, mode=Mode.NOW))


def test_a_release_does_not_give_way_to_an_older_one_nor_to_itself() -> None:
    urgent = replace(OLDER, status=Status.PUBLISHED, mode=Mode.NOW)

    assert not gives_way(OLDER, urgent)
    assert not gives_way(replace(NEWER, rules=SUPERSEDED), replace(NEWER, rules=SUPERSEDED))

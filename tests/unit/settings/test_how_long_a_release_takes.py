"""A release ends within what one action of a pipeline may take, or is refused with the sum."""

from __future__ import annotations

import pytest

from greenshift.settings.shifting import ShiftSettings, check_length
from greenshift.settings.violation import Violation

WAVES = (("charge",), ("refund",))
MINUTES = {"charge": 700, "refund": 600, "audit": 10}


def checked(
    minutes: dict[str, int], *, asks: bool = False, waves: object = WAVES, bake: int = 0, **shift: object
) -> None:
    check_length(ShiftSettings(**shift), waves, minutes, bake=bake, asks_between_waves=asks)  # type: ignore[arg-type]


def test_waves_are_added_up_and_what_watches_after_them_comes_on_top() -> None:
    checked(MINUTES, bake=129)
    with pytest.raises(Violation, match=r"700 \+ 600 \+ 10 minutes of rollout and 130 of watching are 1440"):
        checked(MINUTES, bake=130)


def test_functions_of_one_wave_move_side_by_side() -> None:
    checked(MINUTES, waves=(), bake=700)


def test_where_people_are_asked_between_waves_each_wave_has_an_action_of_its_own() -> None:
    checked(MINUTES, asks=True, bake=700)
    with pytest.raises(Violation, match=r"700 minutes of rollout and 740 of watching are 1440: "):
        checked(MINUTES, asks=True, bake=740)


def test_waiting_for_a_first_call_counts_only_where_it_is_waited_for() -> None:
    checked({"charge": 700}, waves=(), holdMinutes=1000)
    with pytest.raises(Violation, match="are 1700"):
        checked({"charge": 700}, waves=(), holdMinutes=1000, whenNobodyCalls="hold")

"""The few words that say where a release stands."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.stacks.told_stack import asking, at, shifting, went_back

from greenshift.dashboard.standing import figure_of, step_of
from greenshift.dashboard.subject import subject_of
from greenshift.view import PlannedStep, Snapshot


@pytest.mark.parametrize(
    ("now", "percent", "words"),
    [
        (4, 10, "step 1 of 10, next at 16:25, done about 16:33"),
        (9.5, 60, "step 6 of 10, next at 16:30, done about 16:33"),
        (12.5, 90, "step 9 of 10, done about 16:33"),
        (13, 100, "step 10 of 10"),
        # The traffic was read a moment after the clock.
        (3.9, 10, "step 1 of 10, next at 16:25, done about 16:33"),
        (12.9, 100, "step 10 of 10"),
    ],
)
def test_while_it_shifts_the_step_the_next_one_and_the_end_are_told(
    now: float, percent: float, words: str
) -> None:
    told = shifting()
    shifts = tuple(replace(shift, percent=percent) for shift in told.shifts)

    assert step_of(subject_of(replace(told, shifts=shifts)), at(now)) == words


def test_of_functions_in_waves_the_last_one_says_when_it_is_done() -> None:
    told = shifting()
    later = replace(told.shifts[0], plan=(PlannedStep(at(20), 50), PlannedStep(at(30), 100)))
    subject = subject_of(replace(told, shifts=(later, *told.shifts[1:])))

    assert step_of(subject, at(21)) == "step 1 of 2, done about 16:50"


@pytest.mark.parametrize("scene", [asking(), went_back(), replace(shifting(), shifts=())])
def test_what_does_not_move_has_no_steps(scene: Snapshot) -> None:
    assert step_of(subject_of(scene), scene.at) == ""


def test_after_a_rollback_the_figure_says_what_serves_and_how_many_calls_failed() -> None:
    told = went_back()
    figure = figure_of(told, subject_of(told))

    assert figure is not None
    assert (figure.number, figure.of, figure.tone) == (
        "100",
        ("on version 3 again", "60 calls failed"),
        "back",
    )
    mixed = replace(told, shifts=(replace(told.shifts[0], from_version="7"), *told.shifts[1:]), traffic=())
    other = figure_of(mixed, subject_of(mixed))
    assert other is not None
    assert other.of == ("on their earlier versions again", "no call failed")


def test_while_it_shifts_the_figure_is_the_share_of_the_new_versions() -> None:
    told = shifting()
    figure = figure_of(told, subject_of(told))

    assert figure is not None
    assert (figure.number, figure.unit, figure.of) == ("50", "%", ("of the traffic on", "3 new versions"))


def test_a_rollback_moves_the_traffic_to_what_was_there_before() -> None:
    told = shifting()
    assert told.release is not None
    back = replace(told, release=replace(told.release, mode="rollback"))
    figure = figure_of(back, subject_of(back))

    assert figure is not None
    assert figure.of == ("of the traffic on", "version 4 again")
    assert subject_of(back).sentence.endswith("of the traffic on the versions of before.")


def test_only_what_is_under_way_and_does_not_go_back_can_be_stopped() -> None:
    back = shifting()
    assert back.release is not None

    assert subject_of(shifting()).can_stop
    assert subject_of(asking()).can_stop
    assert not subject_of(went_back()).can_stop
    assert not subject_of(replace(back, release=replace(back.release, status="ROLLING_BACK"))).can_stop

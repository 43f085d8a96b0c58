"""What happened between two looks, line by line."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from greenshift.cli.following.narrate import bar, firing, first_line, narrate, published, shown
from greenshift.view import FunctionView

Plain = Callable[[str], str]
Make = Callable[..., Any]

ESCAPE = "\x1b"


def charge(version: str = "1", new: str = "", percent: float = 0.0, alarm: str = "OK") -> FunctionView:
    return FunctionView("charge", "payments-charge", version, new, percent, "charge-errors", alarm)


@pytest.fixture
def told(plain: Plain) -> Callable[..., list[str]]:
    def tell(before: Any, after: Any) -> list[str]:
        return [plain(line) for line in narrate(before, after)]

    return tell


# --- stages ---------------------------------------------------------------------------------------------


def test_nothing_happened_nothing_is_told(told: Make, snapshot_of: Make, release_of: Make) -> None:
    snapshot = snapshot_of({"Source": "Succeeded"}, (charge(),), release_of(charge=("1", "2")))

    assert told(snapshot, snapshot) == []


def test_a_stage_is_told_when_it_starts_and_when_it_ends(told: Make, snapshot_of: Make) -> None:
    waits, runs, done = (snapshot_of({"Build": state}) for state in ("", "InProgress", "Succeeded"))

    assert told(None, waits) == []
    assert told(waits, runs) == ["▸ Build    started"]
    assert told(runs, done) == ["✔ Build    succeeded"]
    assert told(waits, done) == ["✔ Build    succeeded"]


def test_source_tells_the_commit_and_publish_the_versions(
    told: Make, snapshot_of: Make, release_of: Make
) -> None:
    release = release_of(charge=("1", "2"), refund=("3", "3"), export=("4", "6"))
    after = snapshot_of({"Source": "Succeeded", "Publish": "Succeeded"}, release=release)

    assert told(None, after) == [
        "✔ Source   01234567 Lower the fee",
        "✔ Publish  charge 1 → 2, export 4 → 6",
    ]


def test_a_release_that_changes_nothing_says_so(release_of: Make) -> None:
    assert published(None) == published(release_of(charge=("1", "1"))) == "nothing changed"


def test_a_failed_stage_is_told_as_one_and_why_is_left_to_the_end(told: Make, snapshot_of: Make) -> None:
    failed = snapshot_of({"Build": "Failed"}, error="tests failed\nexit status 1")

    assert told(None, failed) == ["✖ Build    failed"]
    assert told(None, snapshot_of({"Build": "Abandoned"})) == ["✖ Build    abandoned"]


@pytest.mark.parametrize("status", ["ROLLING_BACK", "ROLLED_BACK"])
def test_why_a_release_went_back_is_not_told_with_its_stage(
    status: str, told: Make, snapshot_of: Make, release_of: Make
) -> None:
    after = snapshot_of({"Shift": "Failed"}, release=release_of(status, charge=("1", "2")), error="alarm")
    before = snapshot_of({"Shift": "InProgress"}, release=release_of(status, charge=("1", "2")))

    assert told(before, after) == ["✖ Shift    failed"]


# --- traffic, alarms, rollback ------------------------------------------------------------------------------


@pytest.fixture
def shifting(snapshot_of: Make, release_of: Make) -> Callable[..., Any]:
    """A snapshot of a release of charge from 1 to 2."""

    def make(*functions: FunctionView, status: str = "SHIFTING") -> Any:
        return snapshot_of({}, functions, release_of(status, charge=("1", "2")))

    return make


def test_each_step_of_a_shift_is_told(told: Make, shifting: Make) -> None:
    steps = [charge(), charge(new="2", percent=20), charge(new="2", percent=60), charge("2")]
    lines = [told(shifting(a), shifting(b)) for a, b in pairwise(steps)]

    assert lines == [
        ["▸ charge   ████░░░░░░░░░░░░░░░░ 20 % on version 2, 80 % on 1  alarm ✔ OK"],
        ["▸ charge   ████████████░░░░░░░░ 60 % on version 2, 40 % on 1  alarm ✔ OK"],
        ["✔ charge   ████████████████████ 100 % on version 2  alarm ✔ OK"],
    ]


def test_a_fraction_of_a_percent_is_told_as_it_is(told: Make, shifting: Make) -> None:
    (line,) = told(shifting(charge()), shifting(charge(new="2", percent=0.5)))

    assert "0.5 % on version 2, 99.5 % on 1" in line


def test_a_function_that_goes_back_is_told_as_going_back(told: Make, shifting: Make) -> None:
    (line,) = told(shifting(charge(new="2", percent=20)), shifting(charge()))

    assert line.startswith("↶ charge   ████████████████████ 100 % on version 1, as before")


def test_traffic_that_is_on_its_way_when_first_looked_at_is_told(told: Make, shifting: Make) -> None:
    assert len(told(None, shifting(charge(new="2", percent=20)))) == 1
    assert len(told(shifting(), shifting(charge("2")))) == 1
    assert told(None, shifting(charge())) == []


def test_an_alarm_is_told_when_it_fires_and_not_again(told: Make, shifting: Make) -> None:
    quiet, fires = shifting(charge()), shifting(charge(alarm="ALARM"))

    assert told(quiet, fires) == ["✖ alarm    charge-errors fires"]
    assert told(fires, fires) == []
    assert told(fires, quiet) == []


def test_a_function_without_an_alarm_is_told_without_one(told: Make, shifting: Make) -> None:
    (line,) = told(shifting(charge(alarm="")), shifting(charge("2", alarm="")))

    assert line.endswith("100 % on version 2")


def test_the_way_back_is_told_once(told: Make, shifting: Make) -> None:
    there, back = shifting(charge()), shifting(charge(), status="ROLLING_BACK")

    assert told(there, back) == ["↶ rollback the function of this release goes back"]
    assert told(back, back) == []


def test_several_functions_go_back_together(told: Make, snapshot_of: Make, release_of: Make) -> None:
    there, back = (
        snapshot_of({"Shift": "InProgress"}, release=release_of(status, charge=("1", "2"), refund=("1", "2")))
        for status in ("SHIFTING", "ROLLING_BACK")
    )

    assert told(there, back) == ["↶ rollback all functions of this release go back"]


def test_many_functions_are_told_in_one_line(told: Make, snapshot_of: Make, release_of: Make) -> None:
    keys = [f"f{n:02}" for n in range(20)]
    release = release_of(**dict.fromkeys(keys, ("1", "2")))

    def look(done: int) -> Any:
        views = [
            FunctionView(key, key, "2" if n < done else "1", alarm=f"{key}-errors", alarm_state="OK")
            for n, key in enumerate(keys)
        ]
        return snapshot_of({}, tuple(views), release)

    (line,) = told(look(0), look(5))

    assert "20 functions" in line
    assert line.endswith("on the new version: 5 at 100 %, 15 at 0 %")
    assert told(look(5), look(5)) == []
    assert told(None, look(0)) == []


@pytest.mark.parametrize(("percent", "filled"), [(0, 0), (2, 0), (10, 2), (50, 10), (99, 20), (100, 20)])
def test_a_share_is_drawn_to_scale(percent: float, filled: int, plain: Plain) -> None:
    assert plain(bar(percent)) == "█" * filled + "░" * (20 - filled)


# --- other people's words ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "message",
    [
        "[bold red]hello[/]",
        "fix [/] and [/dim]",
        "a [link=x]b",
        "array[0]",
        "ends with \\",
        "two \\\\",
        "[bold]both[/] \\",
        "[",
        "\\[bold]x",
    ],
)
def test_a_commit_message_is_shown_as_it_is_written(message: str, told: Make, snapshot_of: Make) -> None:
    (line,) = told(None, snapshot_of({"Source": "Succeeded"}, message=message))

    assert line == f"✔ Source   01234567 {message}"


@pytest.mark.parametrize(
    "message",
    [f"{ESCAPE}[31mred{ESCAPE}[0m", f"{ESCAPE}[2Jred", f"red{ESCAPE}[1A", "r\x07e\x08d", "re\x9bd", "red\r"],
)
def test_a_commit_message_cannot_drive_the_terminal(message: str, told: Make, snapshot_of: Make) -> None:
    (line,) = narrate(None, snapshot_of({"Source": "Succeeded"}, message=message))

    assert line.endswith("[/] red")


def test_of_a_commit_message_its_first_line_is_told(told: Make, snapshot_of: Make) -> None:
    (line,) = told(None, snapshot_of({"Source": "Succeeded"}, message="Revert it\n\nThis reverts 0123"))

    assert line == "✔ Source   01234567 Revert it"


def test_letters_of_every_language_are_shown() -> None:
    assert shown("préféré, 料金 🎉\tend") == "préféré, 料金 🎉\tend"


@pytest.mark.parametrize(
    ("text", "line"), [("", ""), ("one", "one"), ("\n one\ntwo", "one"), ("one\r\ntwo", "one\r")]
)
def test_the_first_line_is_the_first_with_words(text: str, line: str) -> None:
    assert first_line(text) == line


# --- alarms ---------------------------------------------------------------------------------------------


def test_traffic_that_still_came_is_told_before_the_alarm_that_sends_it_back(
    told: Make, shifting: Make
) -> None:
    before = shifting(charge("1", "2", 80))
    came = shifting(charge("2", alarm="ALARM"))
    went = shifting(charge("1", alarm="ALARM"))

    assert [line.split()[1] for line in told(before, came)] == ["charge", "alarm"]
    assert [line.split()[1] for line in told(before, went)] == ["alarm", "charge"]


def test_an_alarm_that_fires_again_while_all_goes_back_is_told_once(plain: Plain, snapshot_of: Make) -> None:
    """It is told to watch the old version, starts from OK, and may see the last bad minute once more."""
    looks = [snapshot_of(functions=(charge(alarm=state),)) for state in ("OK", "ALARM", "OK", "ALARM")]
    fired: frozenset[str] = frozenset()
    lines: list[str] = []
    for before, after in pairwise(looks):
        lines += [plain(line) for line in narrate(before, after, fired=fired)]
        fired |= firing(before, after)

    assert lines == ["✖ alarm    charge-errors fires"]


def test_an_alarm_that_has_fired_and_fires_no_more_is_ok_again(
    plain: Plain, snapshot_of: Make, release_of: Make
) -> None:
    release = release_of(charge=("1", "2"))
    before = snapshot_of(functions=(charge("1", "2", 40),), release=release)
    after = snapshot_of(functions=(charge("1"),), release=release)

    (fired,) = narrate(before, after, fired={"charge-errors"})
    (never,) = narrate(before, after)

    assert plain(fired).endswith("100 % on version 1, as before  alarm ✔ OK again")
    assert plain(never).endswith("100 % on version 1, as before  alarm ✔ OK")


def test_in_one_look_an_alarm_comes_before_what_it_does(
    told: Make, snapshot_of: Make, release_of: Make
) -> None:
    release = release_of(charge=("1", "2"))
    before = snapshot_of(functions=(charge("1", "2", 40),), release=release)
    after = snapshot_of(functions=(charge("1", alarm="ALARM"),), release=release)

    alarm, back = told(before, after)
    assert alarm == "✖ alarm    charge-errors fires"
    assert back.startswith("↶ charge")


def test_in_one_look_the_traffic_comes_before_the_end_it_led_to(
    told: Make, snapshot_of: Make, release_of: Make
) -> None:
    release = release_of(charge=("1", "2"))
    before = snapshot_of({"Publish": "InProgress"}, (charge(),), release)
    after = snapshot_of({"Publish": "Succeeded", "Shift": "Succeeded"}, (charge("2"),), release)

    published, traffic, shifted = told(before, after)
    assert published.startswith("✔ Publish")
    assert traffic.startswith("✔ charge")
    assert shifted == "✔ Shift    succeeded"


def test_in_one_look_the_word_that_all_goes_back_comes_before_what_is_back(
    told: Make, snapshot_of: Make, release_of: Make
) -> None:
    before = snapshot_of(functions=(charge("1", "2", 40),), release=release_of(charge=("1", "2")))
    after = snapshot_of(functions=(charge(),), release=release_of("ROLLING_BACK", charge=("1", "2")))

    assert [line.split()[1] for line in told(before, after)] == ["rollback", "charge"]


def test_an_alarm_that_fired_before_the_first_look_is_told_when_it_fires_for_what_is_new(
    snapshot_of: Make,
) -> None:
    before, quiet = (snapshot_of(functions=(charge(alarm=state),)) for state in ("ALARM", "OK"))

    assert firing(None, before) == frozenset()
    assert firing(quiet, before) == {"charge-errors"}

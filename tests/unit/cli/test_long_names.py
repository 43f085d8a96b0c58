"""Names of functions as long as Lambda has them, on 80 columns: no word is broken, and nothing is lost."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest

from greenshift.cli.console.legible_console import LegibleConsole
from greenshift.cli.following.narrate import narrate
from greenshift.cli.words.folding import hanging
from greenshift.view import ActionView, FunctionRelease, FunctionView, Progress, ReleaseView, StageView

COLUMNS = 80
LENGTHS = (8, 20, 40, 64)


def drawn(lines: list[str], columns: int | None = COLUMNS) -> str:
    """As a terminal of so many columns shows it; None for one without an end."""
    console = LegibleConsole(
        file=io.StringIO(), force_terminal=True, width=columns or 10_000, color_system=None, highlight=False,
        soft_wrap=True, emoji=False,
    )  # fmt: skip
    for line in lines:
        console.print(hanging(line, console))
    assert isinstance(console.file, io.StringIO)
    return re.sub(r"\x1b\[[0-9;]*m", "", console.file.getvalue())


def a_shift(*keys: str) -> list[str]:
    """Every line of a release that an alarm stops."""
    at_rest = tuple(FunctionView(key, f"s-{key}", "10", "", 0.0, f"s-{key}-err", "OK") for key in keys)
    moving = [replace(each, new_version="11", new_percent=40.0) for each in at_rest]
    firing = [replace(each, new_percent=60.0, alarm_state="ALARM") for each in moving]
    changed = tuple(FunctionRelease(key, f"s-{key}", "10", "11", "SHIFTING") for key in keys)
    at = "2026-11-23T16:00:00.000Z"
    release = ReleaseView("e1", "SHIFTING", "abcdef01", "m", "", at, "", "", "", changed, ())
    publish = StageView("Publish", (ActionView("Publish", "Publish", "Succeeded"),))
    looks = [
        Progress("p", "e1", "InProgress", "abcdef01", "m", (publish,), tuple(functions), release)
        for functions in (at_rest, moving, firing, at_rest)
    ]
    pairs = zip([None, *looks], looks, strict=False)
    return [line for before, after in pairs for line in narrate(before, after)]


def name(length: int) -> str:
    return ("send-the-monthly-invoice-" * 3)[: length - 1] + "x"


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("beside", [(), ("charge",)], ids=["alone", "beside a short one"])
def test_a_shift_is_told_whole_and_broken_between_words_alone(length: int, beside: tuple[str, ...]) -> None:
    lines = a_shift(name(length), *beside)
    told = drawn(lines)

    assert max(map(len, told.splitlines())) <= COLUMNS
    assert told.split() == drawn(lines, None).split()
    for line in told.splitlines():
        if line == "✖ alarm":
            continue  # of a name that fills the next line
        assert not re.search(r"(version|on|%|→|alarm)$", line), f"what belongs together is broken: {line}"


def test_lines_of_names_up_to_twenty_columns_fit_and_stand_below_each_other() -> None:
    told = [line for line in drawn(a_shift(name(20), "charge")).splitlines() if "░" in line]

    assert {re.search("[█░]", line).start() for line in told} == {23}  # type: ignore[union-attr]
    assert all("alarm" in line for line in told)

"""A tree on a screen that is narrower than its lines."""

from __future__ import annotations

import io
import re

import pytest
from rich.live import Live
from rich.text import Text

from greenshift.cli.console.legible_console import LegibleConsole
from greenshift.cli.console.narrow_console import make_room
from greenshift.cli.words.folding import fitted, folded, hanging, quoted
from greenshift.cli.words.tree import Node

REASON = "alarm fired: 23 of 35 calls failed (66 %; limit 5 %) in the minute from 13:29 (twin 18:04:10)"
TREE = Node(
    "[bold]payments[/]",
    (
        Node(f"release   ↶ 0123abcd ROLLED_BACK  [red]{REASON}[/]", (Node("charge 1 → 2"),)),
        Node(f"functions {'→ ' * 60}", (Node("x" * 200), Node("釈" * 100), Node("a\u202eb" * 60))),
    ),
)


def console(width: int, encoding: str = "utf-8") -> LegibleConsole:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    make_room([stream])
    return LegibleConsole(
        file=stream, force_terminal=True, width=width, highlight=False, soft_wrap=True, emoji=False,
        legacy_windows=False,
    )  # fmt: skip


def written(on: LegibleConsole) -> str:
    assert isinstance(on.file, io.TextIOWrapper) and isinstance(on.file.buffer, io.BytesIO)
    on.file.flush()
    return on.file.buffer.getvalue().decode(on.encoding)


def test_what_does_not_fit_goes_on_under_its_own_branch() -> None:
    told = folded(Node("payments", TREE.below[:1]), console(80)).plain

    assert told.splitlines() == [
        "payments",
        "└─ release   ↶ 0123abcd ROLLED_BACK  alarm fired: 23 of 35 calls failed",
        "   │  (66 %; limit 5 %) in the minute from 13:29 (twin 18:04:10)",
        "   └─ charge 1 → 2",
    ]


@pytest.mark.parametrize("width", [20, 40, 80, 132])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1"])
def test_no_line_is_wider_than_the_screen_and_no_word_is_lost(width: int, encoding: str) -> None:
    on = console(width, encoding)
    told = folded(TREE, on).plain

    assert max(Text(line).cell_len for line in told.splitlines()) <= width
    assert told.isascii() or encoding != "ascii", "counted as it is written"
    assert re.sub(r"[│├└|`─\s-]", "", told).count("x" * 200) == 1
    assert REASON.replace(" ", "") in re.sub(r"[│├└|`─\s-]", "", told)


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_a_display_without_branches_is_folded_as_a_live_one_is_drawn(encoding: str) -> None:
    on = console(80, encoding)
    with Live(console=on, auto_refresh=False, transient=True) as live:
        live.update(fitted(f"[dim]Shift … {REASON} {'→' * 90}[/]\nsecond", on), refresh=True)
        drawn = Text.from_ansi(written(on)).plain

    assert REASON.split()[-1] in drawn and "second" in drawn, "nothing is cut"
    assert max(Text(line).cell_len for line in drawn.splitlines()) <= 80


def test_a_line_that_fits_stands_as_it_is() -> None:
    assert folded(Node("payments", (Node("charge"),)), console(80)).plain == "payments\n└─ charge"


@pytest.mark.parametrize("width", [20, 80])
def test_a_line_that_is_read_goes_on_below_its_beginning_between_two_words(width: int) -> None:
    told = hanging(f"  why:  [red]{REASON}[/]", console(width), 8).plain.splitlines()

    assert max(len(line) for line in told) <= width
    assert all(line.startswith(" " * 8) and line[8] != " " for line in told[1:])
    assert " ".join(part.strip() for part in told).split() == f"why: {REASON}".split()


def test_a_command_to_copy_stands_whole_on_a_line() -> None:
    line = "  ✖ build 2  failed, 12 s (twin 18 min 4 s of AWS), log: greenshift logs --number 2, and no more"
    told = hanging(line, console(80)).plain.splitlines()

    assert told == [
        "  ✖ build 2  failed, 12 s (twin 18 min 4 s of AWS), log:",
        "    greenshift logs --number 2, and no more",
    ]


@pytest.mark.parametrize(
    ("line", "whole"),
    [
        ("greenshift repair --only alias-split puts all of it back", "greenshift repair --only alias-split"),
        ('see greenshift release --now --why "refunds fail since noon"', '--why "refunds fail since noon"'),
        ("greenshift approve --release 0123abcd; then go on", "greenshift approve --release 0123abcd;"),
        ("to stop it: greenshift abort 0123abcd", "greenshift abort 0123abcd"),
        ("↶ charge 100 % on version 3, as before  alarm ✖ ALARM", "alarm ✖ ALARM"),
        ("alarm fired: 23 of 35 calls failed (66 % in all)", "66 %"),
        ("action   ✔ Source of Greenshift's build kit  1.9 s", "1.9 s"),
        ("action   ✔ Shift  4 min 32 s  released page 2 → 3", "page 2 → 3"),
        ("  pip install /a/checkout in that environment", "pip install /a/checkout"),
    ],
)
def test_no_width_breaks_what_belongs_together(line: str, whole: str) -> None:
    for width in range(len(whole) + 2, len(line)):
        assert whole in hanging(line, console(width)).plain.replace("\n  ", "\n"), width


def test_a_word_wider_than_the_screen_is_left_to_the_terminal_which_copies_it_whole() -> None:
    on = console(40)
    on.print(hanging(f"page: http://127.0.0.1:8000/{'x' * 60} and more", on))

    assert f"http://127.0.0.1:8000/{'x' * 60}\n" in written(on)


def test_what_is_about_a_word_goes_on_below_its_own_text() -> None:
    told = hanging("    why:  one two three four five six seven eight nine ten", console(30)).plain

    assert told.splitlines() == ["    why:  one two three four", *(" " * 10 + rest for rest in (
        "five six seven eight", "nine ten",
    ))]  # fmt: skip


def test_a_tab_is_measured_as_the_columns_it_takes() -> None:
    line = "REPORT RequestId: 475bec5f\tDuration: 1.25 ms\tBilled Duration: 2 ms\tMemory Size: 256 MB"
    on = console(60)

    for told in (hanging(line, on), quoted(Text(line), "  │ ", on), fitted(line, on)):
        assert "\t" not in told.plain
    assert hanging(line, on).plain.splitlines() == [
        "REPORT RequestId: 475bec5f      Duration: 1.25 ms", "  Billed Duration: 2 ms   Memory Size: 256 MB",
    ]  # fmt: skip


def test_each_line_of_a_text_is_folded_alone_and_keeps_its_style() -> None:
    told = hanging("[bold]one two three\n  four five six[/]", console(12))

    assert told.plain.splitlines() == ["one two", "  three", "  four five", "    six"]
    assert {str(span.style) for span in told.spans} == {"bold"}

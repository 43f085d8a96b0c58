"""What a person types, and what it names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from greenshift.cli.commands.approve import choose
from greenshift.cli.commands.logs import Shown, tell
from greenshift.cli.console.terminal import Terminal
from greenshift.cli.project import lookup
from greenshift.errors import GreenshiftError, UsageError
from greenshift.view import Approval, Hours
from greenshift.view.logs import BuildTail, GroupTail, LogLine

IDS = ("d2fe761d-12f7", "d2aa0000-12f7", "80525664-f2b4")


@dataclass
class FakeView:
    ids: tuple[str, ...] = IDS

    def find(self, start_of_id: str) -> list[str]:
        if start_of_id == "latest":
            return list(self.ids[:1])
        return [each for each in self.ids if each.startswith(start_of_id)]


@pytest.mark.parametrize(("typed", "meant"), [("latest", IDS[0]), ("d2fe", IDS[0]), (IDS[2], IDS[2])])
def test_a_release_is_named_by_the_start_of_its_id(typed: str, meant: str) -> None:
    view: Any = FakeView()

    assert lookup.release_id(view, typed) == meant


def test_what_names_no_release_or_several_is_refused() -> None:
    view: Any = FakeView(("d2fe761d-1", "d2fe761d-2"))

    with pytest.raises(UsageError, match="may be any of d2fe761d-1, d2fe761d-2"):
        lookup.release_id(view, "d2fe761d")
    with pytest.raises(UsageError, match="too short"):
        lookup.release_id(view, "d2f")
    with pytest.raises(GreenshiftError, match="there is no release 'abcd'"):
        lookup.release_id(view, "abcd")
    nothing: Any = FakeView(())
    with pytest.raises(GreenshiftError, match="nothing was released yet"):
        lookup.release_id(nothing, "latest")


@pytest.mark.parametrize(
    ("text", "length"),
    [("90s", timedelta(seconds=90)), ("10m", timedelta(minutes=10)), ("2h", timedelta(hours=2)),
     ("7d", timedelta(days=7))],
)  # fmt: skip
def test_a_length_of_time_is_a_number_and_a_unit(text: str, length: timedelta) -> None:
    assert lookup.span(text) == length


@pytest.mark.parametrize("text", ["", "10", "m", "0m", "1.5h", "-3d", "1w", "9999999d", "10 m"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no length of time"):
        lookup.span(text)


def asked(execution: str, stage: str = "Approve") -> Approval:
    return Approval(stage, stage, execution, "", "Ready?", "token")


def test_the_only_question_needs_no_name() -> None:
    assert choose((asked("e1"),), "", "") == asked("e1")


def test_of_several_questions_one_is_named_by_release_or_stage() -> None:
    waiting = (asked("e1-long-id"), asked("e2-long-id"), asked("e2-long-id", "Wave2"))

    assert choose(waiting, "e1", "") == waiting[0]
    assert choose(waiting, "", "Wave2") == waiting[2]
    with pytest.raises(UsageError, match="several questions wait: Approve of e1-long-") as several:
        choose(waiting, "", "")
    assert "--release or --stage" in several.value.hint
    with pytest.raises(UsageError, match="no such question waits; these do: Approve of e1"):
        choose(waiting, "e3", "")


def test_when_nothing_waits_that_is_said() -> None:
    with pytest.raises(GreenshiftError, match="nothing waits for an answer"):
        choose((), "", "")


@dataclass
class FakeTail(BuildTail):
    """Reads what it was given, look by look; over with the last."""

    looks: list[list[str]]

    @property  # type: ignore[override]
    def is_over(self) -> bool:
        return not self.looks

    def read(self) -> list[LogLine]:
        return [LogLine("2026-11-23T16:50:57.123Z", "s", text) for text in self.looks.pop(0)]


class FakeGroupTail(GroupTail):
    def __init__(self, *texts: str) -> None:
        self.texts = texts

    def read(self) -> list[LogLine]:
        return [LogLine("2026-11-23T16:50:57.123Z", "s", text) for text in self.texts]


def printed(tail: Any, capsys: pytest.CaptureFixture[str], **how: Any) -> tuple[str, int]:
    pauses: list[None] = []
    tell(tail, Terminal(), lambda: pauses.append(None), **how)
    return capsys.readouterr().out, len(pauses)


def test_without_follow_what_is_there_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(FakeTail([["a"], ["b"]]), capsys, follow=False) == ("a\n", 0)


def test_following_a_build_ends_with_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(FakeTail([["a"], [], ["b"]]), capsys, follow=True) == ("a\nb\n", 2)


def test_a_functions_lines_come_with_their_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(FakeGroupTail("[bold]a[/]"), capsys, follow=False)[0] == "16:50:57  [bold]a[/]\n"


def test_a_line_has_no_power_over_a_pipe_and_none_but_colour_over_a_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out, _ = printed(FakeTail([["\x1b[31mred\x1b[0m\x1b[2J", "bell\x07"]]), capsys, follow=False)

    assert out == "red\nbell\n"


def test_as_json_each_line_is_a_document(capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = printed(FakeTail([["a"]]), capsys, follow=False, shown=Shown(as_json=True))

    assert out == '{"at": "2026-11-23T16:50:57.123Z", "stream": "s", "text": "a"}\n'


CALL = (
    "START RequestId: 1 Version: 2", "hello", "END RequestId: 1", "REPORT RequestId: 1\tDuration: 2.00 ms\t",
    "2026-11-23T16:50:57.123Z 2 Task timed out after 3.00 seconds",
    "REPORT RequestId: 2\tDuration: 3000.00 ms\tStatus: timeout",
)  # fmt: skip


def test_of_a_call_what_the_function_printed_is_shown_and_how_it_failed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tell(FakeGroupTail(*CALL), Terminal(), lambda: None, follow=False, shown=Shown(everything=False))
    brief = capsys.readouterr()
    whole, _ = printed(FakeGroupTail(*CALL), capsys, follow=False)

    assert texts(brief.out) == [" ".join(line.split()) for line in (CALL[1], *CALL[4:])]
    assert brief.err == "3 lines of Lambda's own left out (--all shows them)\n"
    assert len(texts(whole)) == len(CALL)


def texts(out: str) -> list[str]:
    """Lines without their times, and with one space for many."""
    return [" ".join(line.split()[1:]) for line in out.splitlines()]


def test_what_was_there_before_is_shown_in_part_and_what_comes_in_full(
    capsys: pytest.CaptureFixture[str],
) -> None:
    looks = [["a", "b", "c"], ["d", "e", "f"]]
    out, _ = printed(FakeTail(looks), capsys, follow=True, shown=Shown(at_first=2))

    assert out == "b\nc\nd\ne\nf\n"


def test_what_a_function_said_at_once_stays_together_below_its_time(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out, _ = printed(
        FakeGroupTail("[ERROR] it broke\rTraceback (most recent call last):"), capsys, follow=False
    )

    assert out == "16:50:57  [ERROR] it broke\n          Traceback (most recent call last):\n"


def test_what_codebuild_says_in_a_build_is_told_by_the_readers_clock(
    capsys: pytest.CaptureFixture[str],
) -> None:
    began = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    hours = Hours.of_twin(60.0, began.timestamp(), began.timestamp(), UTC)
    said = "[Container] 2026/11/23 16:30:00.250000 Running command npm test"

    assert printed(FakeTail([[said, "ok"]]), capsys, follow=False, shown=Shown(hours=hours))[0] == (
        "[Container] 16:00:30 (twin 16:30:00) Running command npm test\nok\n"
    )
    assert printed(FakeTail([[said]]), capsys, follow=False)[0] == f"{said}\n", "on AWS as CodeBuild wrote it"

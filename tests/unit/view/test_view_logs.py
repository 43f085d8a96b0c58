"""Log lines as they come: each once, none lost, and a build's log ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from greenshift.view.logs import BuildTail, GroupTail

START = datetime(2026, 11, 23, 16, tzinfo=UTC)
BASE = int(START.timestamp() * 1000)
MISSING = ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": "gone"}}, "FilterLogEvents")


@dataclass
class FakeGroup:
    """FilterLogEvents, two events a page."""

    events: list[tuple[int, str]] = field(default_factory=list)
    exists: bool = True
    starts: list[int] = field(default_factory=list)

    def get_paginator(self, name: str) -> FakeGroup:
        assert name == "filter_log_events"
        return self

    def paginate(self, logGroupName: str, startTime: int) -> Iterator[dict[str, Any]]:
        if not self.exists:
            raise MISSING
        self.starts.append(startTime - BASE)
        found = [
            {"eventId": str(n), "timestamp": BASE + at, "message": text + "\n", "logStreamName": "s"}
            for n, (at, text) in enumerate(self.events)
            if BASE + at >= startTime
        ]
        yield from ({"events": found[n : n + 2]} for n in range(0, max(len(found), 1), 2))


def texts(tail: Any) -> list[str]:
    return [line.text for line in tail.read()]


def test_each_line_comes_once_and_in_the_order_of_time() -> None:
    group = FakeGroup([(1, "a"), (3, "c"), (2, "b")])
    tail = GroupTail(group, "/aws/lambda/f", START)

    assert texts(tail) == ["a", "b", "c"]
    assert texts(tail) == []
    group.events.append((4, "d"))
    assert texts(tail) == ["d"]
    assert not tail.is_over


def test_a_line_that_comes_late_is_not_lost_and_old_ones_are_not_read_again_and_again() -> None:
    group = FakeGroup([(20_000, "new")])
    tail = GroupTail(group, "/aws/lambda/f", START)
    texts(tail)
    group.events.append((16_000, "late"))

    assert texts(tail) == ["late"]
    assert group.starts == [0, 15_000]


def test_lines_tell_when_and_where() -> None:
    (line,) = GroupTail(FakeGroup([(1500, "a")]), "/aws/lambda/f", START).read()

    assert (line.at, line.stream, line.text) == ("2026-11-23T16:00:01.500Z", "s", "a")


def test_a_group_that_does_not_exist_yet_has_no_lines() -> None:
    group = FakeGroup([(1, "a")], exists=False)
    tail = GroupTail(group, "/aws/lambda/f", START)

    assert texts(tail) == []
    group.exists = True
    assert texts(tail) == ["a"]


@dataclass
class FakeBuild:
    """BatchGetBuilds and GetLogEvents; a token is how many lines were read."""

    lines: list[str] = field(default_factory=list)
    is_complete: bool = False
    is_known: bool = True
    has_log: bool = True

    def batch_get_builds(self, ids: list[str]) -> dict[str, Any]:
        logs = {"groupName": "g", "streamName": "s"} if self.has_log else {}
        build = {"id": ids[0], "buildComplete": self.is_complete, "logs": logs}
        return {"builds": [build] if self.is_known else []}

    def get_log_events(self, nextToken: str = "f/0", **_: Any) -> dict[str, Any]:
        start = int(nextToken[2:])
        shown = self.lines[start : start + 2]
        events = [{"timestamp": BASE, "message": text} for text in shown]
        return {"events": events, "nextForwardToken": f"f/{start + len(shown)}"}


def test_a_build_is_over_when_it_has_ended_and_its_last_line_was_read() -> None:
    build = FakeBuild(["a", "b", "c"])
    tail = BuildTail(build, build, "p:1")

    assert texts(tail) == ["a", "b", "c"]
    build.lines.append("d")
    build.is_complete = True
    assert texts(tail) == ["d"]
    assert not tail.is_over, "its last lines may have come after they were asked for"
    assert texts(tail) == []
    assert tail.is_over


def test_a_build_without_a_log_yet_has_no_lines_and_one_that_is_forgotten_is_over() -> None:
    queued, forgotten = FakeBuild(has_log=False), FakeBuild(is_known=False)
    waits, gone = BuildTail(queued, queued, "p:1"), BuildTail(forgotten, forgotten, "p:1")

    assert (texts(waits), waits.is_over) == ([], False)
    assert (texts(gone), gone.is_over) == ([], True)

"""The log of a build, and the part of it that says why it failed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from greenshift.contract.build_words import kit_said
from greenshift.view.builds import failing_part, log_lines


@dataclass
class FakeBuilds:
    builds: list[dict[str, Any]]

    def batch_get_builds(self, ids: list[str]) -> dict[str, Any]:
        return {"builds": [{"id": ids[0], **build} for build in self.builds]}


@dataclass
class FakeLogs:
    """GetLogEvents from the head: the last page's token is the one that was given."""

    pages: list[list[str]]
    asked: list[dict[str, Any]] = field(default_factory=list)

    def get_log_events(self, **parameters: Any) -> dict[str, Any]:
        assert len(self.asked) < 10, "it never ends"
        self.asked.append(parameters)
        page = int(parameters.get("nextToken", "0"))
        events = self.pages[page] if page < len(self.pages) else []
        return {
            "events": [{"timestamp": 0, "message": message} for message in events],
            "nextForwardToken": str(min(page + 1, len(self.pages))),
        }


BUILDS = FakeBuilds([{"logs": {"groupName": "group", "streamName": "stream"}}])


def test_all_pages_of_a_log_are_read_in_order_without_their_line_ends() -> None:
    logs = FakeLogs([["one\n", "two\n"], [], ["three\n"]])

    assert log_lines(BUILDS, logs, "build:1") == ["one", "two", "three"]
    assert logs.asked[0] == {"logGroupName": "group", "logStreamName": "stream", "startFromHead": True}


def test_a_build_without_a_log_has_no_lines() -> None:
    for builds in ([], [{}], [{"logs": {"groupName": "group"}}], [{"logs": {"streamName": "stream"}}]):
        assert log_lines(FakeBuilds(builds), FakeLogs([["never read"]]), "build:1") == []


def test_the_failing_command_and_its_output_are_the_part_that_matters() -> None:
    lines = [
        "Running command npm ci",
        "added 3 packages",
        "Running command npm test",
        "1 failing",
        "Command did not exit successfully npm test exit status 1",
        "Phase complete: BUILD State: FAILED",
    ]

    assert failing_part(lines) == lines[2:5]


def test_a_long_part_keeps_its_first_line_and_its_end() -> None:
    lines = ["Running command npm test", *map(str, range(100)), "Command did not exit successfully npm test"]
    part = failing_part(lines, at_most=10)

    assert len(part) == 10
    assert part[:2] == ["Running command npm test", "…"]
    assert part[2:] == ["93", "94", "95", "96", "97", "98", "99", lines[-1]]


def test_a_log_without_a_failing_command_is_told_by_its_end() -> None:
    assert failing_part([str(n) for n in range(100)], at_most=3) == ["97", "98", "99"]
    assert failing_part([]) == []


def test_a_failure_without_the_line_of_its_command_is_told_from_the_beginning() -> None:
    lines = ["cut off", "Command did not exit successfully npm test", "later"]

    assert failing_part(lines) == lines[:2]


def test_what_the_build_kit_says_comes_before_how_codebuild_calls_it() -> None:
    reason = "[charge] echo a: b; npm test: exit status 1; run it here with: greenshift build charge"
    lines = [
        "Running command python3 -m build_kit",
        "[refund] npm ci",
        "added 3 packages",
        "[charge] echo a: b; npm test",
        *map(str, range(100)),
        f"Build failed: {reason}",
        "Command did not exit successfully python3 -m build_kit exit status 1",
    ]

    assert kit_said(lines) == reason
    part = failing_part(lines)
    assert part[:2] == ["[charge] echo a: b; npm test", "…"]
    assert part[2:] == [*map(str, range(80, 100)), f"Build failed: {reason}"]
    assert kit_said(["Build failed"]) == ""

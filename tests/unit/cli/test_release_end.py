"""The last word on a release, and the log of a build that failed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from greenshift.cli.commands.release import tell_end
from greenshift.cli.console.terminal import Terminal
from greenshift.view import AWS, ActionView, Hours, Progress, StageView

Make = Callable[..., Any]


@dataclass
class Logs:
    """A view that has nothing but the log of a build."""

    lines: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def build_log(self, build_id: str) -> list[str]:
        self.asked.append(build_id)
        return self.lines


@pytest.fixture
def end(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[list[str], list[str]]]:
    """What the end of a snapshot puts on stdout and on stderr."""

    def tell(snapshot: Progress, logs: Logs | None = None, hours: Hours = AWS) -> tuple[list[str], list[str]]:
        tell_end(snapshot, logs or Logs(), Terminal(), hours)  # type: ignore[arg-type]  # a fake view
        captured = capsys.readouterr()
        return captured.out.splitlines(), captured.err.splitlines()

    return tell


def test_a_release_that_went_well_names_its_versions(end: Make, snapshot_of: Make, release_of: Make) -> None:
    release = release_of("SUCCEEDED", charge=("1", "2"))

    assert end(snapshot_of(status="Succeeded", release=release)) == (
        ["✔ 01234567 released: charge 1 → 2"],
        [],
    )


def test_a_release_that_changed_nothing_says_so(end: Make, snapshot_of: Make, release_of: Make) -> None:
    words = "✔ 01234567 released: nothing changed, nothing was deployed"

    assert end(snapshot_of(status="Succeeded", release=release_of(charge=("1", "1"))))[0] == [words]
    assert end(snapshot_of(status="Succeeded"))[0] == [words]


UNTOUCHED = "  nothing of it is live: every function serves the version it served before"


def test_a_release_that_went_back_says_why_and_where_everything_is(
    end: Make, snapshot_of: Make, release_of: Make
) -> None:
    release = release_of("ROLLED_BACK", "charge: alarm [x] fired\nmore", charge=("1", "2"))
    out, _ = end(snapshot_of(status="Failed", release=release))

    assert out[0] == "↶ 01234567 rolled back: charge: alarm [x] fired"
    assert "every function serves the version it served before" in out[1]


def test_a_release_that_failed_names_the_stage(end: Make, snapshot_of: Make) -> None:
    out, _ = end(snapshot_of({"Publish": "Failed"}, status="Failed", error="no handler\nmore"))

    assert out == ["✖ 01234567 failed: stage Publish: no handler", UNTOUCHED]


def test_a_smoke_test_that_failed_is_told_once_and_that_nothing_is_live(end: Make, snapshot_of: Make) -> None:
    out, _ = end(snapshot_of({"Publish": "Failed"}, status="Failed", error="page: it raised"))

    assert out == ["✖ 01234567 failed: stage Publish: page: it raised", UNTOUCHED]


def test_of_a_release_that_has_moved_traffic_it_is_not_said_that_nothing_is_live(
    end: Make, snapshot_of: Make, release_of: Make
) -> None:
    release = release_of("FAILED", "the alias could not be restored", charge=("1", "2"))
    (moved,) = (replace(each, deployment_id="d-1") for each in release.functions)
    out, _ = end(snapshot_of(status="Failed", release=replace(release, functions=(moved,))))

    assert out == ["✖ 01234567 failed: the alias could not be restored"]


@pytest.mark.parametrize("has_row", [True, False])
def test_an_end_without_any_reason_says_that_there_is_none(
    has_row: bool, end: Make, snapshot_of: Make, release_of: Make
) -> None:
    release = release_of("FAILED") if has_row else None
    out, _ = end(snapshot_of({"Build": "Abandoned"}, status="Stopped", release=release))

    assert out == ["✖ 01234567 stopped: no reason recorded", UNTOUCHED]


def failed_build(status: str = "Failed", build_id: str = "payments-build:1") -> Progress:
    build = StageView("Build", (ActionView("Build", "Build", status, "", "exit 1", build_id, "Build"),))
    return Progress("payments", "id", "Failed", "0123456789ab", "m", (build,), (), None)


def test_the_log_of_a_failed_build_goes_to_stderr_with_its_colours_taken_off(end: Make) -> None:
    lines = ["Running command npm test", "\x1b[31m[1] failing\x1b[0m", "Command did not exit successfully"]
    logs = Logs(lines)
    out, err = end(failed_build(), logs)

    assert logs.asked == ["payments-build:1"]
    assert err == [
        "  │ Running command npm test",
        "  │ [1] failing",
        "  │ Command did not exit successfully",
    ]
    assert len(out) == 2


def test_what_codebuild_says_in_a_quoted_log_is_told_by_the_readers_clock(end: Make) -> None:
    began = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    hours = Hours.of_twin(60.0, began.timestamp(), began.timestamp(), UTC)
    lines = [
        "[Container] 2026/11/23 16:30:00.250000 Running command npm test",
        "[Container] 2026/11/23 16:31:00.250000 Command did not exit successfully npm test exit status 1",
    ]

    assert end(failed_build(), Logs(lines), hours)[1] == [
        "  │ [Container] 16:00:30 (twin 16:30:00) Running command npm test",
        "  │ [Container] 16:00:31 (twin 16:31:00) Command did not exit successfully npm test exit status 1",
    ]


def test_the_log_is_not_asked_for_when_no_build_failed(end: Make) -> None:
    logs = Logs(["never read"])
    for snapshot in (failed_build("Succeeded"), failed_build(build_id="")):
        assert end(snapshot, logs)[1] == []

    assert logs.asked == []

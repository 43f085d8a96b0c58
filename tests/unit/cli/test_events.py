"""A release as a stream: an event for each thing that changed, one JSON document a line."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from greenshift.cli import schemas
from greenshift.cli.console.terminal import Terminal
from greenshift.cli.following.events import Stream, changes
from greenshift.cli.following.follow import follow, follow_rollback
from greenshift.view import FunctionView, Progress, ReleaseView
from greenshift.view.model import ActionView, StageView
from greenshift.view.model.releases import Transition
from greenshift.view.state import Approval

Make = Callable[..., Any]
Events = Callable[[], list[dict[str, Any]]]
AT = "2026-11-23T16:50:57.000Z"
OLD = FunctionView("charge", "p-charge", "1", alarm="p-charge-errors", alarm_state="OK")
SHIFTING = replace(OLD, new_version="2", new_percent=10.0)
SCHEMA = Draft202012Validator(schemas.of_command("release --follow"))


@dataclass
class PlayedView:
    """Answers with one look after the other; asking past the end fails the test."""

    looks: list[Any]
    waiting: tuple[Approval, ...] = ()

    def progress(self, execution: str) -> Progress:
        found: Progress = self.looks.pop(0)
        return found

    def release(self, release_id: str) -> ReleaseView:
        found: ReleaseView = self.looks.pop(0)
        return found

    def approvals(self) -> tuple[Approval, ...]:
        return self.waiting


@pytest.fixture
def stream() -> Stream:
    return Stream(Terminal(), "e1", lambda: datetime(2026, 11, 23, 16, 50, 57, tzinfo=UTC))


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Events:
    """What was printed since the last look, each line as its schema says."""

    def read() -> list[dict[str, Any]]:
        captured = capsys.readouterr()
        assert captured.err == ""
        events = [json.loads(line) for line in captured.out.splitlines()]
        for event in events:
            assert [error.message for error in SCHEMA.iter_errors(event)] == []
            assert (event["at"], event["execution"]) == (AT, "e1")
        return [{name: event[name] for name in event if name not in ("at", "execution")} for event in events]

    return read


def entered(release: ReleaseView, *statuses: str) -> ReleaseView:
    transitions = tuple(Transition(AT, status, f"because of {status}") for status in statuses)
    return replace(release, status=statuses[-1], transitions=transitions)


def test_the_first_look_tells_everything_that_is_there(
    snapshot_of: Make, release_of: Make, stream: Stream, told: Events
) -> None:
    release = entered(release_of(charge=("1", "2")), "PUBLISHING", "SHIFTING")
    stages = {"Source": "Succeeded", "Shift": "InProgress", "Later": ""}
    stream.looked(None, snapshot_of(stages, (SHIFTING,), release))

    assert told() == [
        {"event": "stage", "stage": "Source", "status": "Succeeded", "error": ""},
        {"event": "stage", "stage": "Shift", "status": "InProgress", "error": ""},
        {"event": "traffic", "function": "charge", "version": "1", "new_version": "2", "new_percent": 10.0},
        {"event": "alarm", "function": "charge", "alarm": "p-charge-errors", "state": "OK"},
        {"event": "release", "status": "PUBLISHING", "cause": "because of PUBLISHING"},
        {"event": "release", "status": "SHIFTING", "cause": "because of SHIFTING"},
    ]


def test_each_look_tells_what_changed_and_nothing_twice(
    snapshot_of: Make, release_of: Make, stream: Stream, told: Events
) -> None:
    """The alarm fires, all traffic goes back, and the stage fails."""
    release = entered(release_of(charge=("1", "2")), "SHIFTING")
    fires = replace(SHIFTING, alarm_state="ALARM")
    looks = [
        snapshot_of({"Shift": "InProgress"}, (SHIFTING,), release),
        snapshot_of({"Shift": "InProgress"}, (SHIFTING,), release),
        snapshot_of({"Shift": "InProgress"}, (fires,), entered(release, "SHIFTING", "ROLLING_BACK")),
        snapshot_of({"Shift": "Failed"}, (replace(OLD, alarm_state="ALARM"),),
                    entered(release, "SHIFTING", "ROLLING_BACK", "ROLLED_BACK"), error="alarm fired"),
    ]  # fmt: skip
    assert list(changes(looks[0], looks[1])) == []

    for before, after in itertools.pairwise(looks[1:]):
        stream.looked(before, after)

    assert told() == [
        {"event": "alarm", "function": "charge", "alarm": "p-charge-errors", "state": "ALARM"},
        {"event": "release", "status": "ROLLING_BACK", "cause": "because of ROLLING_BACK"},
        {"event": "stage", "stage": "Shift", "status": "Failed", "error": "alarm fired"},
        {"event": "traffic", "function": "charge", "version": "1", "new_version": "", "new_percent": 0.0},
        {"event": "release", "status": "ROLLED_BACK", "cause": "because of ROLLED_BACK"},
    ]


def test_a_question_is_an_event_once_and_the_end_is_the_last(
    snapshot_of: Make, stream: Stream, told: Events
) -> None:
    action = ActionView("Approve", "Ask", "InProgress", category="Approval")
    asking = replace(snapshot_of({}), stages=(StageView("Approve", (action,)),))
    over = snapshot_of({"Approve": "Succeeded"}, status="Succeeded")
    view = PlayedView([asking, asking, over], (Approval("Approve", "Ask", "e1", AT, "Ready?", "t"),))
    silent = Terminal()
    silent.err.quiet = True  # whoever reads stderr is told in words
    ended = follow(view, "e1", silent, quiet=True, wait=lambda _: None, stream=stream)  # type: ignore[arg-type]
    stream.ended(ended)

    *before, question, approved, end = told()
    assert [event["event"] for event in before] == ["stage"]
    assert question == {"event": "question", "stage": "Approve", "action": "Ask", "message": "Ready?"}
    assert (approved["event"], approved["status"]) == ("stage", "Succeeded")
    assert (end["event"], end["status"], end["progress"]["execution"]) == ("end", "Succeeded", "id")


def test_a_rollback_is_told_to_its_end_from_where_the_stream_is(
    release_of: Make, stream: Stream, told: Events
) -> None:
    release = release_of(charge=("2", "1"))
    looks = [
        entered(release, "SHIFTING"),
        entered(release, "SHIFTING", "ROLLING_BACK"),
        entered(release, "SHIFTING", "ROLLING_BACK", "ROLLED_BACK"),
    ]
    for heard in (0, 1):
        view = PlayedView([*looks])
        ended = follow_rollback(
            view, "e1", Terminal(), quiet=True, wait=lambda _: None, stream=stream, heard=heard  # type: ignore[arg-type]
        )  # fmt: skip
        stream.rolled_back(ended)

        *entries, end = told()
        assert [each["status"] for each in entries] == ["SHIFTING", "ROLLING_BACK", "ROLLED_BACK"][heard:]
        assert (end["event"], end["status"], end["release"]["id"]) == ("end", "ROLLED_BACK", "id")

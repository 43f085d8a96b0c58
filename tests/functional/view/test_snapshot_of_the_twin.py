"""One release through the whole view: the twin tells what the recording tells.

With GREENSHIFT_RECORD=<file> the answers are written down anew for tests/unit/view.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from support.accounts.recorded import Call, Recorder, write
from support.measures.conforms import conforms
from support.stacks import release_story as story

from greenshift.view import EAGER, Snapshot, StackView
from greenshift.view.schema import schema


def snapshot_when(view: StackView, fits: Callable[[Snapshot], bool], seconds: float = 120) -> Snapshot:
    """The first snapshot that fits, looked for in twin time; two looks, so that what is due is read."""
    deadline = time.monotonic() + seconds
    while not fits(snapshot := view.snapshot()):
        assert time.monotonic() < deadline, story.told(snapshot)
        time.sleep(0.1)
    return snapshot


def requests(snapshot: Snapshot) -> float:
    return sum(p.invocations for each in snapshot.traffic for v in each.versions for p in v.points)


def has_ended(snapshot: Snapshot) -> bool:
    """The release, and its execution, which ends a moment later."""
    release, executions = snapshot.release, snapshot.pipeline.executions
    return release is not None and release.has_ended and all(each.has_ended for each in executions)


def test_a_release_that_asks_shifts_and_ends_is_told_at_every_step(deployed: Any) -> None:
    view, early = (StackView(deployed.outputs, deployed.client, EAGER) for _ in range(2))
    early.now()
    chapters: dict[str, list[Call]] = {}

    def tell(chapter: str, expected: dict[str, Any], fits: Callable[[Snapshot], bool]) -> Snapshot:
        snapshot_when(view, fits)
        recorder = Recorder(deployed.twin.client)
        once_more = StackView(deployed.outputs, recorder.client, EAGER)
        fresh = once_more.snapshot()
        assert story.told(once_more.snapshot()) == expected, "the second look reads less and tells the same"
        chapters[chapter] = [*recorder.calls]
        assert story.told(fresh) == expected
        assert conforms(fresh.to_json(), schema()) == []
        return fresh

    asks = tell("asks", story.ASKS, lambda s: bool(s.attention))
    (asked,) = view.approvals()
    assert asked.message == "Ready to shift?"
    assert asked.token not in str(asks.to_json())

    deployed.client("codepipeline").put_approval_result(
        pipelineName=deployed.outputs.pipeline,
        stageName=asked.stage,
        actionName=asked.action,
        token=asked.token,
        result={"status": "Approved", "summary": ""},
    )
    snapshot_when(view, lambda s: [shift.percent for shift in s.shifts] == [10.0, 10.0])
    for function in deployed.outputs.functions:
        for _ in range(story.REQUESTS):
            deployed.client("lambda").invoke(FunctionName=function.alias_arn)
    tell("shifts", story.SHIFTS, lambda s: requests(s) == 2 * story.REQUESTS)

    ended = tell("ended", story.ENDED, has_ended)
    assert story.told(view.snapshot()) == story.told(ended), "what is kept between looks is not stale"
    assert ended.release is not None
    whole = early.timeline(ended.release.id)
    assert ended.sources
    assert whole.sources == ended.sources, "also for who heard the time before anything moved"

    if path := os.environ.get("GREENSHIFT_RECORD"):
        write(Path(path), chapters)

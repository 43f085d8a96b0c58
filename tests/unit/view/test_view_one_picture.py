"""A release that ends during a look: what is read later wins, and the picture agrees with itself."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import pytest
from support.accounts.recorded import Call, Player, read
from support.stacks import release_story as story
from support.stacks.watched import recorded_stack

from greenshift.view import EAGER, StackView

RECORDED = read(Path(__file__).parents[2] / "recorded" / "release.json")["ended"]


def as_before(operation: str, calls: list[Call]) -> list[Call]:
    """What an operation answered a moment ago, when the newest execution was still in its last stage."""
    found = deepcopy(next(call for call in calls if call.operation == operation))
    if operation == "ListPipelineExecutions":
        found.answer["pipelineExecutionSummaries"][0]["status"] = "InProgress"
    else:
        last = max(found.answer["actionExecutionDetails"], key=lambda each: each["startTime"])
        last["status"] = "InProgress"
    return [found]


@pytest.mark.parametrize(
    "behind", [["ListPipelineExecutions"], ["ListPipelineExecutions", "ListActionExecutions"]]
)
def test_an_end_that_comes_during_a_look_is_in_all_of_it(behind: list[str]) -> None:
    earlier = [call for operation in behind for call in as_before(operation, RECORDED)]
    player = Player([*earlier, *RECORDED])

    snapshot = StackView(recorded_stack("ended").outputs, player.client, EAGER).snapshot()

    assert player.counts["ListPipelineExecutions"] == 2, "the first answer was from before the end"
    assert story.told(snapshot) == story.ENDED
    assert snapshot.release is not None and snapshot.release.has_ended
    assert snapshot.pipeline.executions[0].has_ended
    assert {stage.status for stage in snapshot.pipeline.executions[0].stages} == {"Succeeded"}


def test_an_end_that_was_there_costs_no_second_look() -> None:
    player = Player(RECORDED)
    StackView(recorded_stack("ended").outputs, player.client, EAGER).snapshot()

    assert player.counts["ListPipelineExecutions"] == 1

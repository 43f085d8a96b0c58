"""The snapshot from recorded answers of AWS's APIs: the same words as from the twin, and no call too many."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from support.accounts.recorded import Player, read
from support.measures.conforms import conforms
from support.stacks import release_story as story

from greenshift.view import EAGER, FunctionOutputs, StackOutputs, StackView
from greenshift.view.schema import schema

RECORDED = read(Path(__file__).parents[2] / "recorded" / "release.json")
ARN = "arn:aws:lambda:us-east-1:123456789012:function:"
OUTPUTS = StackOutputs(
    pipeline="shop-local",
    console_url="https://us-east-1.console.aws.amazon.com/",
    table="shop-local-ledger",
    bucket="shop-local-artifacts-123456789012-us-east-1",
    topic_arn="arn:aws:sns:us-east-1:123456789012:shop-local-releases",
    functions=tuple(
        FunctionOutputs(
            key,
            f"shop-local-{key}",
            f"{ARN}shop-local-{key}:live",
            f"shop-local-{key}-errors",
            f"shop-local-{key}",
        )
        for key in story.FUNCTIONS
    ),
)
CHAPTERS = {"asks": story.ASKS, "shifts": story.SHIFTS, "ended": story.ENDED}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_recorded_answers_tell_what_the_twin_tells(chapter: str) -> None:
    player = Player(RECORDED[chapter])
    snapshot = StackView(OUTPUTS, player.client, EAGER).snapshot()

    assert story.told(snapshot) == CHAPTERS[chapter]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_snapshot_as_json_fits_its_schema(chapter: str) -> None:
    value = StackView(OUTPUTS, Player(RECORDED[chapter]).client, EAGER).snapshot().to_json()

    assert json.loads(json.dumps(value)) == value
    assert conforms(value, schema()) == []
    value["functions"][0]["weather"] = "fine"
    del value["at"]
    assert conforms(value, schema()) == ["Snapshot.at: missing or unknown",
                                         "Snapshot.functions[0].weather: missing or unknown"]  # fmt: skip


def test_the_token_of_an_approval_is_in_no_snapshot() -> None:
    player = Player(RECORDED["asks"])
    view = StackView(OUTPUTS, player.client, EAGER)
    text = json.dumps(view.snapshot().to_json())
    (asked,) = view.approvals()

    assert asked.token
    assert asked.token not in text
    assert asked.token not in repr(asked)


def calls(view: StackView, player: Player) -> Counter[str]:
    player.counts.clear()
    view.snapshot()
    return Counter(player.counts)


def test_what_has_ended_is_not_read_again() -> None:
    player = Player(RECORDED["ended"])
    view = StackView(OUTPUTS, player.client, EAGER)
    first = calls(view, player)
    later = calls(view, player)

    assert first["BatchGetDeployments"] == 1
    assert first["ListDeploymentTargets"] == 2
    for operation in ("GetPipeline", "ListActionExecutions", "BatchGetDeployments", "ListDeploymentTargets"):
        assert first[operation] > 0, operation
        assert later[operation] == 0, operation


def test_a_story_seen_by_one_view_is_told_as_by_three() -> None:
    """What is kept from an earlier look never hides what has changed."""
    player = Player(RECORDED["asks"])
    view = StackView(OUTPUTS, player.client, EAGER)
    seen: dict[str, Any] = {}
    for chapter in CHAPTERS:
        player.play(RECORDED[chapter])
        seen[chapter] = story.told(view.snapshot())

    assert seen == CHAPTERS

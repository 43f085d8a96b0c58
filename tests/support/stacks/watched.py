"""Stacks to look at: one release in three chapters as it was recorded, and one with 200 functions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from greenshift.dashboard import WatchedStack
from greenshift.view import EAGER, FunctionOutputs, Snapshot, StackOutputs, StackView
from support.accounts.recorded import Player, read
from support.stacks import release_story as story
from support.stacks.big_stack import BigStack

RECORDED = read(Path(__file__).parents[2] / "recorded" / "release.json")
CHAPTERS = ("asks", "shifts", "ended")
ARN = "arn:aws:lambda:us-east-1:123456789012:function:"
OUTPUTS = StackOutputs(
    pipeline="shop-local",
    console_url="https://us-east-1.console.aws.amazon.com/",
    table="shop-local-ledger",
    bucket="shop-local-artifacts-123456789012-us-east-1",
    topic_arn="arn:aws:sns:us-east-1:123456789012:shop-local-releases",
    functions=tuple(
        FunctionOutputs(
            key, f"shop-local-{key}", f"{ARN}shop-local-{key}:live", f"shop-local-{key}-errors", key
        )
        for key in story.FUNCTIONS
    ),
)


def recorded_snapshot(chapter: str) -> Snapshot:
    return StackView(OUTPUTS, Player(RECORDED[chapter]).client, EAGER).snapshot()


def recorded_stack(chapter: str, **values: Any) -> WatchedStack:
    player = Player(RECORDED[chapter])
    return WatchedStack("local", OUTPUTS, player.client, EAGER, **{"read_only": False, **values})


def big_stack(stack: BigStack, **values: Any) -> WatchedStack:
    """Two hundred functions and ten thousand releases, unless the stack says otherwise."""
    return WatchedStack(
        "big", stack.outputs, stack.client, EAGER, **{"read_only": True, "is_near": True, **values}
    )

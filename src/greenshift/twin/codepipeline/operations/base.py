"""What all operations of CodePipeline share: the state, and the engine that moves it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from greenshift.twin.codepipeline import errors
from greenshift.twin.codepipeline.actions.contract import Timing
from greenshift.twin.codepipeline.approvals import Approvals
from greenshift.twin.codepipeline.engine import Engine
from greenshift.twin.codepipeline.jobs import Jobs
from greenshift.twin.codepipeline.pipelines import Pipelines
from greenshift.twin.codepipeline.runner import ActionRunner
from greenshift.twin.codepipeline.webhooks import Webhooks
from greenshift.twin.service import Service
from greenshift.twin.snapshot.keeping import Keeper
from greenshift.twin.world import World

MAX_TAGS = 50


class Operations(Service):
    name: ClassVar[str] = "codepipeline"

    def __init__(self, world: World, *, timing: Timing | None = None) -> None:
        super().__init__(world)
        self.jobs = Jobs()
        self.approvals = Approvals()
        self.engine = Engine(world, ActionRunner(world, self.jobs, self.approvals, timing or Timing()))
        self.pipelines = Pipelines(world.account, world.region)
        self.webhooks = Webhooks(world.account, world.region, world.endpoint)

    def start(self) -> None:
        self.engine.resume(self.pipelines.all())

    def under_way(self) -> list[str]:
        return [f"the answer to {action}" for action in self.approvals.heard()]

    def keepers(self) -> Mapping[str, Keeper]:
        return {
            "jobs": self.jobs,
            "approvals": self.approvals,
            "pipelines": self.pipelines,
            "webhooks": self.webhooks,
        }

    def now(self) -> float:
        return self.world.clock.time()


def read_tags(tags: list[dict[str, str]] | None) -> dict[str, str]:
    """Tags of a request as a mapping; the rules are those of the "Tagging resources" page."""
    found = {tag["key"]: tag["value"] for tag in tags or []}
    for key in found:
        if key.lower().startswith("aws:"):
            raise errors.invalid_tags(key)
    check_tag_count(found)
    return found


def check_tag_count(tags: dict[str, str]) -> None:
    if len(tags) > MAX_TAGS:
        raise errors.too_many_tags(MAX_TAGS)

"""What the operation families share: the state, the runner, and where names become ARNs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from greenshift.twin.codedeploy.names import Arns
from greenshift.twin.codedeploy.runner import Runner
from greenshift.twin.codedeploy.state import State
from greenshift.twin.service import Service
from greenshift.twin.snapshot.keeping import Keeper
from greenshift.twin.world import World


class Operations(Service):
    """Base of each family of CodeDeploy operations."""

    name: ClassVar[str] = "codedeploy"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.arns = Arns(world.region, world.account)
        self.state = State(self.arns)
        self.runner = Runner(world, self.state, self.arns)

    def keepers(self) -> Mapping[str, Keeper]:
        return {"state": self.state}

    def tag(self, arn: str, tags: dict[str, str]) -> None:
        if tags:
            self.state.tags[arn] = {**self.state.tags.get(arn, {}), **tags}

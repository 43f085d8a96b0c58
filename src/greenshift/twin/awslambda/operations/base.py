"""What every group of operations shares: the state, the collaborators, and how a request names a function."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any, ClassVar

from greenshift.twin.awslambda import errors
from greenshift.twin.awslambda.asynchronous import AsyncQueue
from greenshift.twin.awslambda.code_store import CodeStore
from greenshift.twin.awslambda.concurrency import Executions
from greenshift.twin.awslambda.execution.pools import Pools
from greenshift.twin.awslambda.invoker import Invoker
from greenshift.twin.awslambda.launcher import Launcher
from greenshift.twin.awslambda.layers import Layers
from greenshift.twin.awslambda.model import Function, Version
from greenshift.twin.awslambda.names import Place, Target, is_version, parse_target
from greenshift.twin.awslambda.state import Functions, LambdaSettings
from greenshift.twin.awslambda.versions import find_alias, find_version
from greenshift.twin.nodesdk import sdk_directory
from greenshift.twin.service import Service
from greenshift.twin.world import World


class LambdaBase(Service):
    """State and collaborators; ``random`` chooses the versions of weighted aliases."""

    name: ClassVar[str] = "lambda"

    def __init__(
        self, world: World, settings: LambdaSettings | None = None, random: Random | None = None
    ) -> None:
        super().__init__(world)
        self.settings = settings or LambdaSettings()
        self.place = Place(world.account, world.region)
        self.functions = Functions(self.place)
        self.random = random or Random()
        directory = world.directory / "lambda"
        node_modules = sdk_directory(world.cache) / "node_modules"
        self.code = CodeStore(directory, node_modules)
        self.layers = Layers(self.place)
        self.layer_code = CodeStore(directory / "layers", node_modules)
        self.pools = Pools(self.settings.limits, world.clock.time, world.tasks.start)
        self.executions = Executions(self.settings.account_concurrency)
        self.launcher = Launcher(world, self.code, self.layer_code, directory, node_modules)
        self.invoker = Invoker(world, self.pools, self.launcher, self.executions, self.functions.all)
        self.queue = AsyncQueue(world, self.invoker, self.launcher, self.functions, self.place, self.random)

    def now(self) -> float:
        return self.world.clock.time()

    def tags_of_mapping(self, uuid: str) -> dict[str, str]:
        """The tags of an event source mapping, to be changed in place."""
        raise errors.resource_not_found()

    def target(self, request: Mapping[str, Any]) -> Target:
        return parse_target(request["FunctionName"], request.get("Qualifier"), self.place)

    def found(self, request: Mapping[str, Any]) -> tuple[Function, Target]:
        target = self.target(request)
        return self.functions.find(target), target

    def described(self, function: Function, qualifier: str | None) -> Version:
        """The version a qualifier stands for when it is described, not run: an alias is its main version."""
        if qualifier is None or is_version(qualifier):
            return find_version(function, qualifier or "$LATEST", self.place)
        return find_version(function, find_alias(function, qualifier, self.place).version, self.place)

    def checked_qualifier(self, function: Function, qualifier: str | None) -> str | None:
        """The qualifier, if it exists."""
        self.described(function, qualifier)
        return qualifier

"""From a version to a ``Launch``: code on disk, credentials of the role, interpreter, environment."""

from __future__ import annotations

import uuid
from datetime import datetime
from pathlib import Path

from greenshift.twin.awslambda import errors
from greenshift.twin.awslambda.code_store import CodeStore
from greenshift.twin.awslambda.execution.bundled_sdk import BundledSdk
from greenshift.twin.awslambda.execution.environment import FunctionFacts, environment_of
from greenshift.twin.awslambda.execution.interpreters import Interpreters
from greenshift.twin.awslambda.execution.search_paths import SearchPaths
from greenshift.twin.awslambda.execution.worker import Launch
from greenshift.twin.awslambda.model import Version
from greenshift.twin.awslambda.runtimes import runtime_of
from greenshift.twin.awslambda.wire import log_group_of
from greenshift.twin.callers.principal import Session
from greenshift.twin.service import ServiceError
from greenshift.twin.world import World

LAMBDA = "lambda.amazonaws.com"


class Launcher:
    """Prepares the start of worker processes."""

    def __init__(
        self, world: World, code: CodeStore, layers: CodeStore, directory: Path, node_modules: Path
    ) -> None:
        self._world = world
        self._code = code
        self._layers = layers
        self._directory = directory
        self._sdk = BundledSdk(world.cache, node_modules)
        self._interpreters = Interpreters(directory / "python-sdk")

    async def session(self, role: str, function: str) -> Session:
        """Credentials of the execution role; the session carries the function's name, as on AWS."""
        try:
            return await self._world.aws.assume_role(role, function, LAMBDA)
        except ServiceError:
            raise errors.role_not_assumable() from None

    async def prepare(self, function: str, version: Version) -> Launch:
        configuration = version.configuration
        session = await self.session(configuration.role, function)
        interpreter = await self._interpreters.find(runtime_of(configuration.runtime))
        task_root = await self._code.task_root(version.code)
        facts = FunctionFacts(
            name=function,
            version=version.number,
            runtime=configuration.runtime,
            handler=configuration.handler,
            memory_size=configuration.memory_size,
            log_group=log_group_of(function, configuration),
            log_stream=log_stream_name(version.number, self._world.clock.now()),
            variables=configuration.environment or {},
        )
        layers = [await self._layers.task_root(layer.code) for layer in configuration.layers]
        modules, remark = await self._sdk.modules_for(configuration.runtime, (task_root, *layers))
        paths = SearchPaths(tuple(layers), modules)
        environment = environment_of(facts, session.environment(), task_root, self._scratch(function), paths)
        is_warm = interpreter.script and await self._sdk.is_named_in(task_root)
        return Launch(
            interpreter.command, environment, task_root, facts.log_stream, interpreter.remark + remark,
            interpreter.script if is_warm else (),
        )  # fmt: skip

    def _scratch(self, function: str) -> Path:
        scratch = self._directory / "tmp" / function
        scratch.mkdir(parents=True, exist_ok=True)
        return scratch


def log_stream_name(version: str, now: datetime) -> str:
    """``2026/11/23/[4]0f3c...``: one stream for each process."""
    return f"{now:%Y/%m/%d}/[{version}]{uuid.uuid4().hex}"

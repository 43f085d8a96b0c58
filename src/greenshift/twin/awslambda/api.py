"""AWS Lambda as one service: the groups of operations put together, started and stopped."""

from __future__ import annotations

from collections.abc import Mapping

from greenshift.twin.awslambda.operations.aliases import AliasOperations
from greenshift.twin.awslambda.operations.event_sources import EventSourceOperations
from greenshift.twin.awslambda.operations.invocation import InvocationOperations
from greenshift.twin.awslambda.operations.layers import LayerOperations
from greenshift.twin.awslambda.operations.permissions import PermissionOperations
from greenshift.twin.awslambda.operations.settings import SettingsOperations
from greenshift.twin.awslambda.operations.unset import UnsetOperations
from greenshift.twin.awslambda.operations.urls import UrlOperations
from greenshift.twin.awslambda.operations.versions import VersionOperations
from greenshift.twin.callers.environments import Environment
from greenshift.twin.snapshot.keeping import Keeper


class Lambda(
    VersionOperations,
    AliasOperations,
    InvocationOperations,
    PermissionOperations,
    SettingsOperations,
    LayerOperations,
    EventSourceOperations,
    UrlOperations,
    UnsetOperations,
):
    """The twin's Lambda."""

    def resources(self) -> list[str]:
        functions = sorted(self.place.arn(function.name) for function in self.functions.all())
        layers = [self.layers.arn(name) for name in self.layers.names()]
        return [*functions, *layers, *(f"event-source-mapping:{each.uuid}" for each in self.mappings)]

    def environment(self, trace_id: str) -> Environment | None:
        """The execution environment of the invocation under way that has this trace header."""
        worker = self.pools.running(trace_id)
        if worker is None:
            return None
        function = worker.launch.environment["AWS_LAMBDA_FUNCTION_NAME"]
        return Environment(function, worker.kill, worker.chain)

    def keepers(self) -> Mapping[str, Keeper]:
        return {
            "functions": self.functions,
            "layers": self.layers,
            "code": self.code,
            "layer_code": self.layer_code,
            "mappings": self.mappings,
        }

    def under_way(self) -> list[str]:
        running = [f"{count} of function {name}" for name, count in self.executions.running.items()]
        return [*running, *(f"a batch of {source}" for source in self.mappings.gathering())]

    def start(self) -> None:
        for mapping in self.mappings:
            self.mappings.put(mapping)

    def observe(self, service: str, operation: str, parameters: object) -> None:
        """Told of every call moto performed."""
        self.mappings.observe(service, operation, parameters)

    def process_ids(self) -> list[int]:
        """The worker processes alive now, for the check that none survives."""
        return self.pools.process_ids()

    async def stop(self) -> None:
        await self.pools.stop()

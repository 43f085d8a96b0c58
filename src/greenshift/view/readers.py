"""Everything that reads one stack, with what each keeps between looks; made when it is first needed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from greenshift.contract.clock import AwsClock
from greenshift.reading.pipeline import read_state
from greenshift.view.aliases import Aliases
from greenshift.view.build_causes import BuildCauses
from greenshift.view.connection import Connection
from greenshift.view.deployments import Deployments
from greenshift.view.executions import PipelineReader
from greenshift.view.metrics import Metrics
from greenshift.view.newest import NewestReleases
from greenshift.view.outputs import StackOutputs
from greenshift.view.pace import Pace
from greenshift.view.published import Published
from greenshift.view.sources import Sources

Clients = Callable[[str], Any]
"""Gives a boto3 client by service name; called once a service."""

PAGE = 20
"""Releases on a page of the ledger."""


class Readers:
    """One stack's readers, clients and clock."""

    def __init__(self, outputs: StackOutputs, clients: Clients, pace: Pace) -> None:
        self.outputs = outputs
        self.pace = pace
        self.time = AwsClock(probe=self._ask_the_time)
        self._make = clients
        self._clients: dict[str, Any] = {}

    def _ask_the_time(self) -> None:
        state = read_state(self.client("codepipeline"), self.outputs.pipeline)
        self.time.hear(state.told_at if state else None)

    def client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = self._make(service)
        return self._clients[service]

    @cached_property
    def pipeline(self) -> PipelineReader:
        client, outputs = self.client("codepipeline"), self.outputs
        causes = BuildCauses(self.client)
        return PipelineReader(client, outputs.pipeline, outputs.console_url, self.time.hear, causes.told)

    @cached_property
    def newest(self) -> NewestReleases:
        return NewestReleases(self.client("dynamodb"), self.outputs.table, self.outputs.pipeline, PAGE)

    @cached_property
    def aliases(self) -> Aliases:
        return Aliases(self.client("lambda"), self.pace)

    @cached_property
    def followed(self) -> Aliases:
        """For ``progress``, whose functions are those of one release."""
        return Aliases(self.client("lambda"), self.pace)

    @cached_property
    def published(self) -> Published:
        return Published(self.client("lambda"), self.pace.resting)

    @cached_property
    def deployments(self) -> Deployments:
        return Deployments(self.client("codedeploy"))

    @cached_property
    def metrics(self) -> Metrics:
        return Metrics(self.client("cloudwatch"), self.pace.metrics_seconds)

    @cached_property
    def sources(self) -> Sources:
        return Sources(self.client("cloudwatch"), self.pace.metrics_seconds)

    @cached_property
    def connection(self) -> Connection:
        return Connection(self.client, self.pace.source_seconds)

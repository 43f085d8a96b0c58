"""A stack seen through its AWS APIs: the entry to everything in this package."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from botocore.exceptions import ClientError

from greenshift.view import builds, functions, ledger, pipeline
from greenshift.view.model import FunctionView, ReleaseView, Snapshot, StageView, has_ended
from greenshift.view.outputs import StackOutputs

Clients = Callable[[str], Any]
"""Gives a boto3 client by service name; called once a service."""


class StackView:
    """Reads one stack; keeps the pipeline's declaration, which changes only with a deployment."""

    def __init__(self, outputs: StackOutputs, clients: Clients) -> None:
        self.outputs = outputs
        self._make = clients
        self._clients: dict[str, Any] = {}

    def latest_execution(self) -> str | None:
        """The newest execution's id; None when the pipeline never ran."""
        found = self._client("codepipeline").list_pipeline_executions(
            pipelineName=self.outputs.pipeline, maxResults=1
        )["pipelineExecutionSummaries"]
        return found[0]["pipelineExecutionId"] if found else None

    def running_executions(self) -> dict[str, str]:
        """Executions under way, newest first: id -> commit, empty while Source has not read it yet."""
        found = self._client("codepipeline").list_pipeline_executions(
            pipelineName=self.outputs.pipeline, maxResults=20
        )["pipelineExecutionSummaries"]
        return {
            summary["pipelineExecutionId"]: pipeline.commit_of(summary.get("sourceRevisions", []))
            for summary in found
            if summary["status"] == "InProgress"
        }

    def snapshot(self, execution_id: str) -> Snapshot:
        """One execution now; the aliases read are those of the functions its release changes."""
        client = self._client("codepipeline")
        # The execution is read after its stages, so that it knows at least as much as they show; and they
        # are read again when it has ended in between.
        stages = self._stages(execution_id)
        execution = pipeline.execution(client, self.outputs.pipeline, execution_id)
        if has_ended(execution.status):
            stages = self._stages(execution_id)
        release = ledger.release(self._client("dynamodb"), self.outputs.table, execution_id)
        changed = {function.key for function in release.changed} if release else set()
        wanted = [function for function in self.outputs.functions if function.key in changed]
        return Snapshot(
            pipeline=self.outputs.pipeline,
            execution=execution_id,
            status=execution.status,
            commit=execution.commit,
            message=execution.message,
            stages=stages,
            functions=functions.functions(self._client("lambda"), self._client("cloudwatch"), wanted),
            release=release,
        )

    def live(self) -> tuple[FunctionView, ...]:
        """Every function's alias and alarm."""
        return functions.functions(self._client("lambda"), self._client("cloudwatch"), self.outputs.functions)

    def history(self, limit: int) -> list[ReleaseView]:
        """The latest releases, newest first."""
        return list(
            ledger.releases(self._client("dynamodb"), self.outputs.table, self.outputs.pipeline, limit)
        )

    def release(self, release_id: str) -> ReleaseView | None:
        """One release as the ledger has it now; None before it has begun."""
        return ledger.release(self._client("dynamodb"), self.outputs.table, release_id)

    def build_log(self, build_id: str) -> list[str]:
        """Everything a build printed; empty when its log is gone."""
        try:
            return builds.log_lines(self._client("codebuild"), self._client("logs"), build_id)
        except ClientError:
            return []

    def _stages(self, execution_id: str) -> tuple[StageView, ...]:
        client = self._client("codepipeline")
        return pipeline.stages(client, self.outputs.pipeline, execution_id, self._declared)

    @cached_property
    def _declared(self) -> list[tuple[str, list[str]]]:
        return pipeline.stage_names(self._client("codepipeline"), self.outputs.pipeline)

    def _client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = self._make(service)
        return self._clients[service]

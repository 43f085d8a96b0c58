"""CodePipeline as a release meets it, played by a test: it knows what an execution was started with, and
keeps the answers to its jobs. Every other service is the twin's.
"""

from __future__ import annotations

from typing import Any

import boto3

from greenshift.release.services.clients import Clients
from greenshift.testing import RunningTwin


class PlayedPipeline:
    """What a release asks CodePipeline, answered from memory."""

    def __init__(self) -> None:
        self.variables: dict[str, dict[str, str]] = {}
        self.commits: dict[str, str] = {}
        self.answers: list[tuple[str, str]] = []

    def get_pipeline_execution(self, pipelineName: str, pipelineExecutionId: str) -> dict[str, Any]:
        told = self.variables.get(pipelineExecutionId, {})
        variables = [{"name": name, "resolvedValue": value} for name, value in told.items()]
        found: dict[str, Any] = {"pipelineExecutionId": pipelineExecutionId, "status": "Stopped"}
        if commit := self.commits.get(pipelineExecutionId):
            found["artifactRevisions"] = [{"name": "SourceOutput", "revisionId": commit}]
        return {"pipelineExecution": found | {"variables": variables}}

    def list_action_executions(self, pipelineName: str, filter: dict[str, str]) -> dict[str, Any]:
        return {"actionExecutionDetails": []}

    def put_job_success_result(self, jobId: str, executionDetails: dict[str, Any], **again: str) -> None:
        self.answers.append(("CONTINUE" if again else "SUCCEEDED", str(executionDetails["summary"])))

    def put_job_failure_result(self, jobId: str, failureDetails: dict[str, str]) -> None:
        self.answers.append(("FAILED", failureDetails["message"]))


class WithoutVersions:
    """CloudWatch of an account where Lambda writes no metrics for the versions of an alias."""

    def __init__(self, cloudwatch: Any) -> None:
        self._cloudwatch = cloudwatch

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cloudwatch, name)

    def get_metric_data(self, MetricDataQueries: list[dict[str, Any]], **more: Any) -> Any:
        def is_of_version(query: dict[str, Any]) -> bool:
            dimensions = query["MetricStat"]["Metric"]["Dimensions"]
            return any(dimension["Name"] == "ExecutedVersion" for dimension in dimensions)

        there = [query for query in MetricDataQueries if not is_of_version(query)]
        if not there:
            return {"MetricDataResults": []}
        return self._cloudwatch.get_metric_data(MetricDataQueries=there, **more)


class ReleaseClients(Clients):
    """Clients of the twin, and the one service that a test plays itself."""

    has_versions = True
    """Whether CloudWatch has metrics of the versions behind an alias."""

    def __init__(self, twin: RunningTwin) -> None:
        session = boto3.session.Session(
            aws_access_key_id="local", aws_secret_access_key="local", region_name=twin.region
        )
        super().__init__(session, twin.endpoint)
        self.codepipeline = PlayedPipeline()

    def of(self, service: str) -> Any:
        if service == "codepipeline":
            return self.codepipeline
        found = super().of(service)
        return found if service != "cloudwatch" or self.has_versions else WithoutVersions(found)

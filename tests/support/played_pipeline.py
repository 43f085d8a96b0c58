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


class ReleaseClients(Clients):
    """Clients of the twin, and the one service that a test plays itself."""

    def __init__(self, twin: RunningTwin) -> None:
        session = boto3.session.Session(
            aws_access_key_id="local", aws_secret_access_key="local", region_name=twin.region
        )
        super().__init__(session, twin.endpoint)
        self.codepipeline = PlayedPipeline()

    def of(self, service: str) -> Any:
        return self.codepipeline if service == "codepipeline" else super().of(service)

"""CodePipeline as a release sees it: what started an execution, where it failed, and how to answer
its jobs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from greenshift.release.errors import code_of
from greenshift.release.notices.report import JobReport, Verdict

# API reference: ExecutionDetails.summary <= 2048, FailureDetails.message <= 5000 characters.
_SUMMARY = 2048
_MESSAGE = 5000
# The stage in which a person is asked before the shift; the components make it.
APPROVE = "Approve"
# API reference: ApprovalResult.summary <= 512 characters.
_ANSWER = 512
_TOO_LATE = frozenset({"ApprovalAlreadyCompletedException", "InvalidApprovalTokenException"})
# The job is over, or was never ours to answer: somebody else has reported it, or the pipeline was stopped.
_ANSWERED = frozenset({"InvalidJobStateException", "JobNotFoundException"})


@dataclass(frozen=True)
class Execution:
    """One run of the pipeline. The commit's members are "" until Source has ended."""

    id: str
    status: str
    commit: str = ""
    message: str = ""
    trigger: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FailedAction:
    stage: str
    action: str
    message: str
    external_id: str = ""
    """Of the build it was, where it was one."""

    def __str__(self) -> str:
        where = self.stage if self.stage == self.action else f"{self.stage}/{self.action}"
        return f"{where} failed: {self.message}" if self.message else f"{where} failed"


class Pipeline:
    """The calls of a release to CodePipeline."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def execution(self, execution_id: str) -> Execution | None:
        """What is known of an execution, or None when the pipeline has none of this id."""
        try:
            answer = self._client.get_pipeline_execution(
                pipelineName=self._name, pipelineExecutionId=execution_id
            )
        except ClientError as error:
            if code_of(error) in ("PipelineExecutionNotFoundException", "PipelineNotFoundException"):
                return None
            raise
        return _execution(answer["pipelineExecution"])

    def failed_action(self, execution_id: str) -> FailedAction | None:
        """The last action that failed or was abandoned; the list comes newest first [API reference]."""
        for detail in self._actions(execution_id):
            if detail.get("status") in ("Failed", "Abandoned"):
                result = _result(detail)
                error = result.get("errorDetails") or {}
                message = error.get("message") or result.get("externalExecutionSummary") or ""
                id_ = str(result.get("externalExecutionId") or "")
                return FailedAction(str(detail["stageName"]), str(detail["actionName"]), str(message), id_)
        return None

    def is_approved(self, execution_id: str) -> bool:
        """Whether a person let this execution go on to its shift, where one stands before it."""
        return any(
            (detail.get("stageName"), detail.get("status")) == (APPROVE, "Succeeded")
            for detail in self._actions(execution_id)
        )

    def reject_waiting(self, execution_id: str, why: str) -> None:
        """Answer with no whatever this execution still asks a person: what it asks about is over."""
        state = self._client.get_pipeline_state(name=self._name)
        for stage in state["stageStates"]:
            if (stage.get("latestExecution") or {}).get("pipelineExecutionId") != execution_id:
                continue
            for action in stage.get("actionStates", []):
                asked = action.get("latestExecution") or {}
                if asked.get("token") and asked.get("status") == "InProgress":
                    self._reject(stage["stageName"], action["actionName"], asked["token"], why)

    def _reject(self, stage: str, action: str, token: str, why: str) -> None:
        try:
            self._client.put_approval_result(
                pipelineName=self._name,
                stageName=stage,
                actionName=action,
                token=token,
                result={"status": "Rejected", "summary": why[:_ANSWER]},
            )
        except ClientError as error:
            if code_of(error) not in _TOO_LATE:
                raise

    def started_at(self, execution_id: str) -> datetime | None:
        """When the first action of an execution began; GetPipelineExecution itself does not tell."""
        starts = [detail["startTime"] for detail in self._actions(execution_id) if detail.get("startTime")]
        return min(starts, default=None)

    def is_build_of(self, execution_id: str, build: str) -> bool:
        """Whether this build, `project:uuid`, ran in this execution."""
        ids = [_result(detail).get("externalExecutionId") for detail in self._actions(execution_id)]
        return build in ids

    def _actions(self, execution_id: str) -> list[dict[str, Any]]:
        answer = self._client.list_action_executions(
            pipelineName=self._name, filter={"pipelineExecutionId": execution_id}
        )
        return list(answer.get("actionExecutionDetails", []))


class Jobs:
    """The answers to CodePipeline's jobs; no name is needed for them, so they can always be given."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def answer(self, job_id: str, report: JobReport) -> None:
        """Report a job. One that is already answered stays as it is."""
        try:
            if report.verdict is Verdict.FAILED:
                self._fail(job_id, report)
            else:
                self._succeed(job_id, report)
        except ClientError as error:
            if code_of(error) not in _ANSWERED:
                raise

    def _fail(self, job_id: str, report: JobReport) -> None:
        details = {"type": report.failure_type, "message": report.summary[:_MESSAGE] or "no reason given"}
        self._client.put_job_failure_result(jobId=job_id, failureDetails=details)

    def _succeed(self, job_id: str, report: JobReport) -> None:
        details = {"summary": report.summary[:_SUMMARY], "percentComplete": report.percent}
        again = {"continuationToken": report.token} if report.verdict is Verdict.CONTINUE else {}
        self._client.put_job_success_result(jobId=job_id, executionDetails=details, **again)


def _execution(found: dict[str, Any]) -> Execution:
    revisions: list[dict[str, Any]] = found.get("artifactRevisions") or []
    source: dict[str, Any] = next((item for item in revisions if item.get("name") == "SourceOutput"), {})
    trigger = found.get("trigger") or {}
    told = [str(trigger[member]) for member in ("triggerType", "triggerDetail") if trigger.get(member)]
    return Execution(
        id=str(found["pipelineExecutionId"]),
        status=str(found.get("status", "")),
        commit=str(source.get("revisionId") or ""),
        message=_commit_message(str(source.get("revisionSummary") or "")),
        trigger=" ".join(told),
        variables={each["name"]: each["resolvedValue"] for each in found.get("variables") or []},
    )


def _result(action: dict[str, Any]) -> dict[str, Any]:
    return (action.get("output") or {}).get("executionResult") or {}


def _commit_message(summary: str) -> str:
    """A connection's summary is JSON text, `{"ProviderType":"GitHub","CommitMessage":"…"}`; others are
    plain.
    """
    try:
        return str(json.loads(summary)["CommitMessage"])
    except (ValueError, TypeError, KeyError):
        return summary

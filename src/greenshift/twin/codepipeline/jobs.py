"""The jobs of Lambda invoke actions: opened by the action, reported by the function, each of them once.

A job ends in one of three ways: a report of success (with a continuation token when the work goes on), a
report of failure, or the action giving up. A second report is refused, as on AWS.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from greenshift.twin.callers.principal import Session
from greenshift.twin.codepipeline import errors
from greenshift.twin.codepipeline.declaration import ActionTypeId
from greenshift.twin.codepipeline.state import Artifact

MAX_OUTPUT_VARIABLES = 122_880  # bytes, all of one action together (quotas page)


@dataclass(frozen=True)
class ActionPlace:
    """Which run of which action: a job's ``pipelineContext``."""

    pipeline: str
    pipeline_arn: str
    execution_id: str
    stage: str
    action: str
    action_execution_id: str


@dataclass(frozen=True)
class JobWork:
    """What a job is about; the same for all jobs of one action, but for the continuation token."""

    place: ActionPlace
    type: ActionTypeId
    configuration: Mapping[str, str]
    inputs: tuple[Artifact, ...]
    outputs: tuple[Artifact, ...]
    session: Session
    encryption_key: str | None


@dataclass(frozen=True)
class JobSucceeded:
    continuation_token: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    summary: str = ""
    external_id: str = ""
    percent: int | None = None


@dataclass(frozen=True)
class JobFailed:
    type: str
    message: str
    external_id: str = ""


Report = JobSucceeded | JobFailed


@dataclass
class Job:
    id: str
    work: JobWork
    continuation_token: str | None
    state: str = "InProgress"


class Jobs:
    kept: ClassVar[tuple[str, ...]] = ("_by_id",)

    def __init__(self) -> None:
        self._by_id: dict[str, Job] = {}
        self._reports: dict[str, asyncio.Future[Report]] = {}

    def open(self, work: JobWork, continuation_token: str | None) -> Job:
        # A continuation is a job of its own: the function sees a new id each time (unverified on AWS).
        job = Job(str(uuid.uuid4()), work, continuation_token)
        self._by_id[job.id] = job
        self._reports[job.id] = asyncio.get_running_loop().create_future()
        return job

    def report_of(self, job: Job) -> asyncio.Future[Report]:
        """What the function says of an open job, when it says it."""
        return self._reports[job.id]

    def get(self, job_id: str) -> Job:
        if job_id not in self._by_id:
            raise errors.job_not_found(job_id)
        return self._by_id[job_id]

    def succeed(self, job_id: str, report: JobSucceeded) -> None:
        job = self._open_job(job_id)
        check_output_variables(report.variables)
        if report.variables and report.continuation_token:
            raise errors.validation("outputVariables cannot be given together with a continuationToken")
        self._close(job, "Succeeded", report)

    def fail(self, job_id: str, report: JobFailed) -> None:
        self._close(self._open_job(job_id), "Failed", report)

    def give_up(self, job: Job) -> None:
        """The action no longer waits: whatever the function says now is too late."""
        if job.state == "InProgress":
            job.state = "TimedOut"
            self._reports.pop(job.id).cancel()

    def forget(self, pipeline_arn: str) -> None:
        """Drop the jobs of a pipeline that is gone."""
        kept = {i: job for i, job in self._by_id.items() if job.work.place.pipeline_arn != pipeline_arn}
        self._by_id = kept

    def _open_job(self, job_id: str) -> Job:
        job = self.get(job_id)
        if job.state != "InProgress":
            raise errors.invalid_job_state(job_id, job.state)
        return job

    def _close(self, job: Job, state: str, report: Report) -> None:
        job.state = state
        self._reports.pop(job.id).set_result(report)


def check_output_variables(variables: Mapping[str, str]) -> None:
    size = sum(len(key.encode()) + len(value.encode()) for key, value in variables.items())
    if size > MAX_OUTPUT_VARIABLES:
        raise errors.output_variables_too_large(size, MAX_OUTPUT_VARIABLES)

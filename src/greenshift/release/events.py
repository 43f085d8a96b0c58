"""EventBridge events as typed values. Keys are hyphenated for CodePipeline and CodeBuild, camelCase for
CodeDeploy and CloudWatch [user guides: event formats]. An event of any other kind reads as None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from greenshift.release.reading import Document

# States after which CodePipeline moves an execution no more, until somebody retries a stage.
ENDS = frozenset({"SUCCEEDED", "FAILED", "STOPPED", "SUPERSEDED", "CANCELED"})
INITIATOR = "codepipeline/"


@dataclass(frozen=True)
class PipelineEvent:
    """`CodePipeline Pipeline Execution State Change`."""

    id: str
    pipeline: str
    execution: str
    state: str
    comments: str = ""  # of whoever stopped it

    @property
    def is_end(self) -> bool:
        return self.state in ENDS


@dataclass(frozen=True)
class DeploymentEvent:
    """`CodeDeploy Deployment State-change Notification`; a rollback is another deployment's event."""

    id: str
    application: str
    deployment: str
    state: str


@dataclass(frozen=True)
class AlarmEvent:
    """`CloudWatch Alarm State Change`."""

    id: str
    alarm: str
    value: str
    reason: str
    at: datetime | None = None  # when it went into that state; absent where the event does not say


@dataclass(frozen=True)
class BuildEvent:
    """`CodeBuild Build State Change`. ``pipeline`` is "" for a build that no pipeline started."""

    id: str
    build: str  # `project:uuid`
    status: str
    pipeline: str
    problem: str  # the first phase that did not succeed, with what it said; "" when none failed

    @property
    def is_failure(self) -> bool:
        return self.status not in ("SUCCEEDED", "IN_PROGRESS")


@dataclass(frozen=True)
class ApprovalEvent:
    """`CodePipeline Action Execution State Change` of a manual approval that has just been asked for."""

    id: str
    pipeline: str
    execution: str
    stage: str
    action: str


Event = PipelineEvent | DeploymentEvent | AlarmEvent | BuildEvent | ApprovalEvent


def parse_event(event: Mapping[str, object]) -> Event | None:
    envelope = Document(event, "event")
    id_, detail = envelope.text("id", ""), envelope.within("detail")
    match envelope.text("detail-type", ""):
        case "CodePipeline Pipeline Execution State Change":
            return _execution(id_, detail)
        case "CodePipeline Action Execution State Change":
            return _approval(id_, detail)
        case "CodeDeploy Deployment State-change Notification":
            members = (detail.text(name) for name in ("application", "deploymentId", "state"))
            return DeploymentEvent(id_, *members)
        case "CloudWatch Alarm State Change":
            return _alarm(id_, detail)
        case "CodeBuild Build State Change":
            return _build(id_, detail)
    return None


def _alarm(id_: str, detail: Document) -> AlarmEvent:
    state = detail.within("state")
    told = (detail.text("alarmName"), state.text("value"), state.text("reason", ""))
    return AlarmEvent(id_, *told, _moment(state.text("timestamp", "")))


def _moment(text: str) -> datetime | None:
    """``2019-10-02T17:04:40.985+0000``; None for what is no moment with its zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _execution(id_: str, detail: Document) -> PipelineEvent:
    pipeline, execution, state = (detail.text(name) for name in ("pipeline", "execution-id", "state"))
    return PipelineEvent(id_, pipeline, execution, state, detail.text("stop-execution-comments", ""))


def _approval(id_: str, detail: Document) -> ApprovalEvent | None:
    is_approval = detail.within("type").text("category", "") == "Approval"
    if not is_approval or detail.text("state") != "STARTED":
        return None
    members = (detail.text(name) for name in ("pipeline", "execution-id", "stage", "action"))
    return ApprovalEvent(id_, *members)


def _build(id_: str, detail: Document) -> BuildEvent:
    more = detail.within("additional-information")
    initiator = more.text("initiator", "")
    return BuildEvent(
        id=id_,
        build=detail.text("build-id").rpartition("build/")[2],
        status=detail.text("build-status"),
        pipeline=initiator.removeprefix(INITIATOR) if initiator.startswith(INITIATOR) else "",
        problem=next(filter(None, map(_problem, more.each("phases"))), ""),
    )


def _problem(phase: Document) -> str:
    status = phase.text("phase-status", "")
    if status in ("", "SUCCEEDED"):
        return ""
    said = " ".join(text for text in phase.texts("phase-context") if text.strip(" :"))
    told = f"phase {phase.text('phase-type', '?')} {status.lower()}"
    return f"{told}: {said}" if said else told

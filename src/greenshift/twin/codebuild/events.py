"""CodeBuild's events for EventBridge (user guide: "Build notifications input format reference")."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from greenshift.twin.codebuild.model import Build, PhaseContext, PhaseRecord
from greenshift.twin.codebuild.phases import COMPLETED
from greenshift.twin.world import ServiceEvent

_SOURCE = "aws.codebuild"


def state_change(build: Build) -> ServiceEvent:
    detail = {
        "build-status": build.status,
        **_common(build),
        "current-phase": build.current_phase,
        "current-phase-context": "[]",
    }
    return ServiceEvent(_SOURCE, "CodeBuild Build State Change", (build.arn,), detail)


def phase_change(build: Build, phase: PhaseRecord) -> ServiceEvent:
    end = phase.end if phase.end is not None else phase.start
    detail = {
        "completed-phase": phase.type,
        "completed-phase-status": phase.status,
        "completed-phase-duration-seconds": int(end - phase.start),
        "completed-phase-start": moment(phase.start),
        "completed-phase-end": moment(end),
        "completed-phase-context": _contexts(phase.contexts),
        **_common(build),
    }
    return ServiceEvent(_SOURCE, "CodeBuild Build Phase Change", (build.arn,), detail)


def moment(time: float) -> str:
    """Dates in these events are text.

    >>> moment(1504239149.0)
    'Sep 1, 2017 4:12:29 AM'
    """
    at = datetime.fromtimestamp(time, UTC)
    return f"{at:%b} {at.day}, {at.year} {at.hour % 12 or 12}:{at:%M:%S %p}"


def _common(build: Build) -> dict[str, Any]:
    return {
        "project-name": build.settings.project,
        "build-id": build.arn,
        "version": "1",
        "additional-information": _information(build),
    }


def _information(build: Build) -> dict[str, Any]:
    settings = build.settings
    information: dict[str, Any] = {
        "artifact": _artifact(build),
        "environment": _environment(build),
        "timeout-in-minutes": settings.timeout_minutes,
        "build-complete": build.is_complete,
        "build-number": float(build.number),
        "initiator": build.initiator,
        "build-start-time": moment(build.start),
        "source": {"type": settings.source.type, "location": settings.source.location},
        "logs": {"group-name": settings.logs.group, "stream-name": build.log_stream},
        "phases": [_phase(phase) for phase in build.phases],
    }
    if build.source_version:
        information["source-version"] = build.source_version
    return information


def _artifact(build: Build) -> dict[str, str]:
    for artifact in build.artifacts:
        return {"location": artifact.location, "md5sum": artifact.md5, "sha256sum": artifact.sha256}
    return {"location": ""}


def _environment(build: Build) -> dict[str, Any]:
    environment = build.document["environment"]
    return {
        "image": environment["image"],
        "privileged-mode": environment["privilegedMode"],
        "compute-type": environment["computeType"],
        "type": environment["type"],
        "environment-variables": environment["environmentVariables"],
    }


def _phase(phase: PhaseRecord) -> dict[str, Any]:
    if phase.type == COMPLETED or phase.end is None:
        return {"phase-type": phase.type, "start-time": moment(phase.start)}
    return {
        "phase-type": phase.type,
        "phase-status": phase.status,
        "start-time": moment(phase.start),
        "end-time": moment(phase.end),
        "duration-in-seconds": int(phase.end - phase.start),
        "phase-context": [f"{context.code}: {context.message}" for context in phase.contexts],
    }


def _contexts(contexts: list[PhaseContext]) -> str:
    return "[" + ", ".join(f"{context.code}: {context.message}" for context in contexts) + "]"

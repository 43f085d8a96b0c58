"""Projects and builds in the shapes of the API (API reference: Project, Build)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from greenshift.twin.codebuild.errors import invalid_input
from greenshift.twin.codebuild.model import Build, PhaseRecord, Project, UploadedArtifact
from greenshift.twin.wire import paging

#: Members of a project's document that a build shows too.
_SHARED = ("source", "secondarySources", "cache", "environment", "serviceRole", "vpcConfig", "encryptionKey")
_PAGE = 100


def project_out(project: Project) -> dict[str, Any]:
    document = {key: value for key, value in project.document.items() if key != "badgeEnabled"}
    return {
        "tags": [],
        **document,
        "artifacts": _artifacts_out(document.get("artifacts") or {}),
        "name": project.name,
        "arn": project.arn,
        "created": _time(project.created),
        "lastModified": _time(project.last_modified),
        "badge": {"badgeEnabled": bool(project.document.get("badgeEnabled", False))},
    }


def _artifacts_out(artifacts: Mapping[str, Any]) -> dict[str, Any]:
    """What is not given is told as what it means (API reference, ProjectArtifacts)."""
    if artifacts.get("type") == "NO_ARTIFACTS":
        return dict(artifacts)
    return {"packaging": "NONE", "encryptionDisabled": False, **artifacts}


def build_out(build: Build, region: str, account: str) -> dict[str, Any]:
    settings = build.settings
    result: dict[str, Any] = {
        "id": build.id,
        "arn": build.arn,
        "buildNumber": build.number,
        "startTime": _time(build.start),
        "currentPhase": build.current_phase,
        "buildStatus": build.status,
        "projectName": settings.project,
        "phases": [_phase(phase) for phase in build.phases],
        **{key: build.document[key] for key in _SHARED if key in build.document},
        "artifacts": _primary_artifact(build),
        "logs": _logs(build, region, account),
        "timeoutInMinutes": settings.timeout_minutes,
        "queuedTimeoutInMinutes": settings.queued_timeout_minutes,
        "buildComplete": build.is_complete,
        "initiator": build.initiator,
        "exportedEnvironmentVariables": [
            {"name": name, "value": value} for name, value in build.exported.items()
        ],
    }
    if build.reports:
        result["reportArns"] = list(build.reports)
    if build.end is not None:
        result["endTime"] = _time(build.end)
    if build.source_version:
        result["sourceVersion"] = build.source_version
    if build.resolved_source_version:
        result["resolvedSourceVersion"] = build.resolved_source_version
    secondary = [artifact for artifact in build.artifacts if artifact.identifier]
    if secondary:
        result["secondaryArtifacts"] = [_artifact(artifact) for artifact in secondary]
    return result


def _phase(phase: PhaseRecord) -> dict[str, Any]:
    result: dict[str, Any] = {"phaseType": phase.type, "startTime": _time(phase.start)}
    if phase.end is not None:
        result |= {
            "phaseStatus": phase.status,
            "endTime": _time(phase.end),
            "durationInSeconds": int(phase.end - phase.start),
            "contexts": [{"statusCode": c.code, "message": c.message} for c in phase.contexts],
        }
    return result


def _primary_artifact(build: Build) -> dict[str, Any]:
    for artifact in build.artifacts:
        if not artifact.identifier:
            return _artifact(artifact)
    return {"location": ""}


def _artifact(artifact: UploadedArtifact) -> dict[str, Any]:
    result = {"location": artifact.location}
    if artifact.sha256:
        result |= {"sha256sum": artifact.sha256, "md5sum": artifact.md5}
    if artifact.identifier:
        result["artifactIdentifier"] = artifact.identifier
    return result


def _logs(build: Build, region: str, account: str) -> dict[str, Any]:
    settings = build.settings.logs
    shown = {"cloudWatchLogs": _log_configuration(build)}
    if not settings.enabled:
        return shown
    stream = build.log_stream if build.has_log_stream else "null"
    arn = f"arn:aws:logs:{region}:{account}:log-group:{settings.group}:log-stream:{stream}"
    # The console's own double escaping: % of the first round becomes $25.
    group, name = (
        quote(quote(part, safe=""), safe="").replace("%", "$") for part in (settings.group, stream)
    )
    link = f"https://console.aws.amazon.com/cloudwatch/home?region={region}#logsV2:log-groups/log-group/{group}/log-events/{name}"
    names = {"groupName": settings.group, "streamName": stream} if build.has_log_stream else {}
    return {**shown, **names, "cloudWatchLogsArn": arn, "deepLink": link}


def _log_configuration(build: Build) -> Mapping[str, Any]:
    given: Mapping[str, Any] = build.document.get("logsConfig", {}).get("cloudWatchLogs", {})
    return {"status": "ENABLED" if build.settings.logs.enabled else "DISABLED", **given}


def page(member: str, items: Sequence[str], token: str | None) -> dict[str, Any]:
    """One page of at most 100 names, as every List operation gives them."""
    shown, following = paging.page(
        items, token, _PAGE, lambda: invalid_input(f"nextToken {token!r} is not one this service gave")
    )
    return {member: shown, **({"nextToken": following} if following else {})}


def _time(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, UTC)

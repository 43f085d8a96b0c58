"""What a build runs with: a project's document with StartBuild's overrides, read into typed values.

The document itself (the shapes of the API) is kept beside it only to be given back by BatchGetBuilds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from greenshift.twin.codebuild.handover import VARIABLE

Document = Mapping[str, Any]

#: StartBuild's overrides and the member of the project each one replaces (API reference: StartBuild).
_OVERRIDES: Mapping[str, tuple[str, ...]] = {
    "sourceVersion": ("sourceVersion",),
    "sourceTypeOverride": ("source", "type"),
    "sourceLocationOverride": ("source", "location"),
    "sourceAuthOverride": ("source", "auth"),
    "gitCloneDepthOverride": ("source", "gitCloneDepth"),
    "gitSubmodulesConfigOverride": ("source", "gitSubmodulesConfig"),
    "buildspecOverride": ("source", "buildspec"),
    "insecureSslOverride": ("source", "insecureSsl"),
    "reportBuildStatusOverride": ("source", "reportBuildStatus"),
    "buildStatusConfigOverride": ("source", "buildStatusConfig"),
    "artifactsOverride": ("artifacts",),
    "secondaryArtifactsOverride": ("secondaryArtifacts",),
    "environmentTypeOverride": ("environment", "type"),
    "imageOverride": ("environment", "image"),
    "computeTypeOverride": ("environment", "computeType"),
    "certificateOverride": ("environment", "certificate"),
    "privilegedModeOverride": ("environment", "privilegedMode"),
    "registryCredentialOverride": ("environment", "registryCredential"),
    "imagePullCredentialsTypeOverride": ("environment", "imagePullCredentialsType"),
    "fleetOverride": ("environment", "fleet"),
    "hostKernelOverride": ("environment", "hostKernel"),
    "cacheOverride": ("cache",),
    "serviceRoleOverride": ("serviceRole",),
    "timeoutInMinutesOverride": ("timeoutInMinutes",),
    "queuedTimeoutInMinutesOverride": ("queuedTimeoutInMinutes",),
    "encryptionKeyOverride": ("encryptionKey",),
    "logsConfigOverride": ("logsConfig",),
}


@dataclass(frozen=True)
class Variable:
    """``value`` is the text, or where to look it up: PARAMETER_STORE, SECRETS_MANAGER."""

    name: str
    value: str
    type: str = "PLAINTEXT"


@dataclass(frozen=True)
class SourceSettings:
    type: str
    location: str = ""
    buildspec: str = ""
    version: str | None = None


@dataclass(frozen=True)
class ArtifactSettings:
    """Where artifacts go. For CODEPIPELINE everything but the type is ignored (API reference)."""

    type: str
    location: str = ""
    path: str = ""
    namespace_type: str = "NONE"
    name: str = ""
    packaging: str = "NONE"
    override_name: bool = False
    identifier: str = ""


@dataclass(frozen=True)
class LogSettings:
    enabled: bool
    group: str
    stream_prefix: str = ""


@dataclass(frozen=True)
class BuildSettings:
    """Everything the runner needs to know."""

    project: str
    source: SourceSettings
    artifacts: ArtifactSettings
    secondary_artifacts: tuple[ArtifactSettings, ...]
    variables: tuple[Variable, ...]
    image: str
    service_role: str
    timeout_minutes: int
    queued_timeout_minutes: int
    encryption_key: str
    logs: LogSettings
    local_cache: bool


def with_overrides(project: Document, request: Document) -> dict[str, Any]:
    """The project's document as one StartBuild request changes it."""
    document = {key: dict(value) if isinstance(value, dict) else value for key, value in project.items()}
    for member, path in _OVERRIDES.items():
        if member not in request:
            continue
        target = document if len(path) == 1 else document.setdefault(path[0], {})
        target[path[-1]] = request[member]
    environment = document["environment"]
    environment["environmentVariables"] = _merged_variables(
        environment.get("environmentVariables", []), request.get("environmentVariablesOverride", [])
    )
    return document


def _merged_variables(project: list[Document], overrides: list[Document]) -> list[Document]:
    merged = {variable["name"]: variable for variable in (*project, *overrides)}
    merged.pop(VARIABLE, None)
    return [{"type": "PLAINTEXT", **variable} for variable in merged.values()]


def read_settings(document: Document) -> BuildSettings:
    name = document["name"]
    source = document["source"]
    environment = document["environment"]
    return BuildSettings(
        project=name,
        source=SourceSettings(
            type=source["type"],
            location=source.get("location", ""),
            buildspec=source.get("buildspec", ""),
            version=document.get("sourceVersion"),
        ),
        artifacts=_artifacts(document["artifacts"]),
        secondary_artifacts=tuple(_artifacts(entry) for entry in document.get("secondaryArtifacts", [])),
        variables=tuple(
            Variable(entry["name"], entry["value"], entry.get("type", "PLAINTEXT"))
            for entry in environment.get("environmentVariables", [])
        ),
        image=environment["image"],
        service_role=document["serviceRole"],
        timeout_minutes=document["timeoutInMinutes"],
        queued_timeout_minutes=document["queuedTimeoutInMinutes"],
        encryption_key=document["encryptionKey"],
        logs=_logs(name, document.get("logsConfig", {})),
        local_cache=_keeps_cache(document.get("cache", {})),
    )


def _artifacts(document: Document) -> ArtifactSettings:
    return ArtifactSettings(
        type=document["type"],
        location=document.get("location", ""),
        path=document.get("path", ""),
        namespace_type=document.get("namespaceType", "NONE"),
        name=document.get("name", ""),
        packaging=document.get("packaging", "NONE"),
        override_name=document.get("overrideArtifactName", False),
        identifier=document.get("artifactIdentifier", ""),
    )


def _logs(project: str, document: Document) -> LogSettings:
    settings = document.get("cloudWatchLogs", {})
    return LogSettings(
        enabled=settings.get("status", "ENABLED") == "ENABLED",
        group=settings.get("groupName") or f"/aws/codebuild/{project}",
        stream_prefix=settings.get("streamName", ""),
    )


def _keeps_cache(document: Document) -> bool:
    # Only the custom mode follows the buildspec's cache paths (user guide: "Local caching").
    return document.get("type") == "LOCAL" and "LOCAL_CUSTOM_CACHE" in document.get("modes", [])

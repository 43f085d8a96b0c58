"""CodeBuild: a project's settings, and one build with the place of its log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from greenshift.reading.logs import Stream


@dataclass(frozen=True, kw_only=True)
class Project:
    name: str
    role_arn: str
    source: str
    artifacts: str
    buildspec: str
    image: str
    is_privileged: bool
    plain_environment: Mapping[str, str] = field(default_factory=dict)
    """Variables of type PLAINTEXT: everyone who may read the project reads them."""
    log_group: str = ""


@dataclass(frozen=True)
class Build:
    """``log`` is None before the build has one."""

    id: str
    has_ended: bool
    log: Stream | None


def read_project(client: Any, name: str) -> Project | None:
    found = client.batch_get_projects(names=[name])["projects"]
    return _project(found[0], name) if found else None


def read_build(client: Any, build_id: str) -> Build | None:
    """None of a build that is forgotten: CodeBuild keeps them for a year."""
    found = client.batch_get_builds(ids=[build_id])["builds"]
    if not found:
        return None
    place = found[0].get("logs", {})
    group, stream = place.get("groupName"), place.get("streamName")
    log = Stream(group, stream) if group and stream else None
    return Build(build_id, bool(found[0].get("buildComplete")), log)


def _project(found: Mapping[str, Any], name: str) -> Project:
    environment = found.get("environment", {})
    logs = found.get("logsConfig", {}).get("cloudWatchLogs", {})
    return Project(
        name=name,
        role_arn=found["serviceRole"],
        source=found["source"]["type"],
        artifacts=found["artifacts"]["type"],
        buildspec=found["source"].get("buildspec", ""),
        image=environment.get("image", ""),
        is_privileged=bool(environment.get("privilegedMode")),
        plain_environment={
            each["name"]: each["value"]
            for each in environment.get("environmentVariables", [])
            if each.get("type", "PLAINTEXT") == "PLAINTEXT"
        },
        # Without a group of its own a project writes to this one (user guide: "Build project logs").
        log_group=logs.get("groupName") or f"/aws/codebuild/{name}",
    )

"""CodeBuild: a project's settings, and its builds, each with the places of its log and its reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from greenshift.contract.names import codebuild_log_group
from greenshift.reading.logs import Stream

# API reference: BatchGetBuilds takes at most 100 ids, and a page of ListBuildsForProject has as many.
_MOST = 100


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


@dataclass(frozen=True, kw_only=True)
class Build:
    """``log`` is None before the build has one; ``commit`` is empty where the source has none."""

    id: str
    number: int
    status: str
    has_ended: bool
    log: Stream | None
    commit: str = ""
    started: datetime | None = None
    ended: datetime | None = None
    report_arns: tuple[str, ...] = ()


def read_project(client: Any, name: str) -> Project | None:
    found = client.batch_get_projects(names=[name])["projects"]
    return _project(found[0], name) if found else None


def read_build(client: Any, build_id: str) -> Build | None:
    """None of a build that is forgotten: CodeBuild keeps them for a year."""
    return next(iter(read_builds(client, [build_id])), None)


def read_builds(client: Any, ids: Sequence[str]) -> tuple[Build, ...]:
    """In the order of the ids, at most 100; without those that are forgotten."""
    wanted = list(ids[:_MOST])
    answered = client.batch_get_builds(ids=wanted)["builds"] if wanted else []
    found = {each["id"]: _build(each) for each in answered}
    return tuple(found[each] for each in wanted if each in found)


def newest_builds(client: Any, project: str, limit: int) -> tuple[str, ...]:
    """The ids of a project's latest builds, newest first, at most 100."""
    ids: list[str] = client.list_builds_for_project(projectName=project, sortOrder="DESCENDING")["ids"]
    return tuple(ids[:limit])


def _build(found: Mapping[str, Any]) -> Build:
    place = found.get("logs", {})
    group, stream = place.get("groupName"), place.get("streamName")
    return Build(
        id=found["id"],
        number=found.get("buildNumber", 0),
        status=found.get("buildStatus", ""),
        has_ended=bool(found.get("buildComplete")),
        log=Stream(group, stream) if group and stream else None,
        commit=found.get("resolvedSourceVersion", ""),
        started=found.get("startTime"),
        ended=found.get("endTime"),
        report_arns=tuple(found.get("reportArns", ())),
    )


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
        log_group=logs.get("groupName") or codebuild_log_group(name),
    )

"""The CodeBuild project the pipeline's Build action names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from greenshift.verify.aws import Absent
from greenshift.verify.reading.logs import LogGroup, read_log_group
from greenshift.verify.reading.pipeline import read_pipeline
from greenshift.verify.stack import Stack


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
    log_group_name: str = ""
    log_group: LogGroup | None = None


def project_name(stack: Stack) -> str:
    """As the Build action says, else as it is called by default."""
    action = read_pipeline(stack).action("Build")
    return action.configuration.get("ProjectName", "") if action else f"{stack.base}-build"


def read_project(stack: Stack, name: str) -> Project:
    found = stack.aws.call("codebuild", "batch_get_projects", names=[name])["projects"]
    if not found:
        # BatchGetProjects answers with those it found, and no error.
        raise Absent(f"there is no CodeBuild project {name}")
    project = found[0]
    environment = project.get("environment", {})
    logs = project.get("logsConfig", {}).get("cloudWatchLogs", {})
    # Without a group of its own a project writes to this one (user guide: "Build project logs").
    group = logs.get("groupName") or f"/aws/codebuild/{name}"
    return Project(
        name=name,
        role_arn=project["serviceRole"],
        source=project["source"]["type"],
        artifacts=project["artifacts"]["type"],
        buildspec=project["source"].get("buildspec", ""),
        image=environment.get("image", ""),
        is_privileged=bool(environment.get("privilegedMode")),
        plain_environment={
            each["name"]: each["value"]
            for each in environment.get("environmentVariables", [])
            if each.get("type", "PLAINTEXT") == "PLAINTEXT"
        },
        log_group_name=group,
        log_group=read_log_group(stack, group),
    )

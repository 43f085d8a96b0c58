"""The CodeBuild project the pipeline's Build action names, and where its builds log."""

from __future__ import annotations

from dataclasses import dataclass

from greenshift.reading import builds
from greenshift.reading.builds import Project
from greenshift.reading.logs import LogGroup
from greenshift.verify.aws import Absent
from greenshift.verify.reading.function import configuration, read_log_group
from greenshift.verify.reading.pipeline import declaration
from greenshift.verify.stack import Stack


@dataclass(frozen=True)
class Building:
    """The project; None for a log group that nobody has made."""

    project: Project
    log_group: LogGroup | None
    builds_images: bool = False
    """Whether a function of the stack is a container image; looked at only where it matters."""


def project_name(stack: Stack) -> str:
    """As the Build action says, else as it is called by default."""
    action = declaration(stack).action("Build")
    return action.configuration.get("ProjectName", "") if action else stack.names.build_project


def read_project(stack: Stack, name: str) -> Project:
    found = stack.aws.read(builds.read_project, "codebuild", name)
    if found is None:
        raise Absent(f"there is no CodeBuild project {name}")
    return found


def read_building(stack: Stack, name: str) -> Building:
    project = read_project(stack, name)
    builds_images = project.is_privileged and any(_is_image(stack, each.name) for each in stack.functions)
    return Building(project, read_log_group(stack, project.log_group), builds_images)


def _is_image(stack: Stack, name: str) -> bool:
    found = configuration(stack, name)
    return found is not None and found.package_type == "Image"

"""The CodeBuild project: takes its work from the pipeline, builds each function, tells no secret."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from greenshift.reading.builds import Project
from greenshift.reading.logs import LogGroup
from greenshift.verify.check import Check, Group, Section, Subject
from greenshift.verify.credentials import credentials_in
from greenshift.verify.reading.project import Building, project_name, read_building
from greenshift.verify.result import Verdict, failed, passed, passed_if, skipped
from greenshift.verify.stack import Stack

_KIT = "build_kit"


def takes_from_pipeline(project: Project) -> Verdict:
    found = f"source {project.source}, artifacts {project.artifacts}"
    return passed_if(project.source == project.artifacts == "CODEPIPELINE", found)


def builds_each_function(project: Project) -> Verdict:
    """A buildspec that calls npm for the whole repository assumes a package.json at its top."""
    if _KIT in project.buildspec:
        return passed("it runs the build kit")
    if "\n" in project.buildspec and "npm " in project.buildspec:
        return failed("it runs npm for the whole repository, as if there were one package.json at its top")
    return skipped("the repository brings a buildspec of its own")


def unprivileged(building: Building) -> Verdict:
    if not building.project.is_privileged:
        return passed("not privileged")
    if building.builds_images:
        return passed("privileged, as building its container images takes")
    return failed("privileged")


def tells_no_secret(project: Project) -> Verdict:
    names = credentials_in(project.plain_environment)
    return failed(f"in plain text: {', '.join(names)}") if names else passed("none in plain text")


def log_retention(building: Building) -> Verdict:
    return retention(building.project.log_group, building.log_group)


def retention(name: str, group: LogGroup | None) -> Verdict:
    if group is None:
        return failed(f"log group {name} does not exist")
    if group.retention_days is None:
        return failed(f"{name} keeps everything for ever")
    return passed(f"{group.retention_days} days")


def _of_project(judge: Callable[[Project], Verdict]) -> Callable[[Building], Verdict]:
    return lambda building: judge(building.project)


def _subjects(stack: Stack) -> Iterator[Subject[Building]]:
    name = project_name(stack)
    yield Subject(f"project {name}", lambda: read_building(stack, name))


RETENTION_FIX = "give it a time: aws logs put-retention-policy --retention-in-days 30 --log-group-name …"

CHECKS: tuple[Check[Building], ...] = (
    Check(
        name="pipeline-source",
        expected="the project takes its source from the pipeline and gives its artifacts back to it",
        judge=_of_project(takes_from_pipeline),
        fix="set both types to CODEPIPELINE: a build of something else is not what is released",
    ),
    Check(
        name="each-function",
        expected="each function is built by what it has: package.json, requirements.txt, or neither",
        judge=_of_project(builds_each_function),
        fix="leave the buildspec to Greenshift (no greenshift:build.buildspec)",
    ),
    Check(
        name="unprivileged",
        expected="builds run without privileged mode, which only building Docker images needs",
        judge=unprivileged,
        fix="turn privileged mode off in the project's environment",
    ),
    Check(
        name="no-credentials",
        expected="no environment variable holds a credential in plain text",
        judge=_of_project(tells_no_secret),
        fix="revoke it, keep the new one in Secrets Manager or Parameter Store, and refer to it from there",
    ),
    Check(
        name="log-retention",
        expected="the build's log group exists and does not keep everything for ever",
        judge=log_retention,
        fix=RETENTION_FIX,
    ),
)

GROUP = Group(
    name="build",
    title="Build: the CodeBuild project",
    sections=(Section(subjects=_subjects, checks=CHECKS),),
)

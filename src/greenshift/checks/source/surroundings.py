"""What a project stands in: the git repository its pipeline releases, the stack asked for, the region."""

from __future__ import annotations

import difflib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from greenshift.checks.finding import Finding
from greenshift.checks.source.places import setting_place
from greenshift.settings import Project

LOCAL = "local"
_REGION = re.compile(
    r"[a-z]{2,4}(?:-gov|-iso[a-z]?|-[a-z]{2})?-(?:central|(?:north|south)(?:east|west)?|east|west)-\d"
)
# User guide, "Docker images provided by CodeBuild": family, and a version of two numbers.
_IMAGE = re.compile(
    r"aws/codebuild/(?:standard|(?:amazonlinux|amazonlinux2|ubuntu|windows|windows-base|macos)[\w.-]*):[\w.-]+"
)


def check_repository(project: Project) -> Iterator[Finding]:
    """Without a repository, or a commit on its branch, there is nothing to release."""
    branch = project.settings.source.branch
    if project.settings.source.provider == "s3":
        return
    if _git(project.directory, "rev-parse", "--git-dir") is None:
        yield Finding(
            rule="no-repository",
            level="error",
            file="Pulumi.yaml",
            what=f"{project.directory.name} is not a git repository",
            why="a pipeline releases commits, and here are none",
            fix=f"git init -b {branch} && git add -A && git commit -m first",
        )
    elif not _git(project.directory, "rev-parse", "--verify", "--quiet", f"refs/heads/{branch}"):
        place = setting_place(project.directory, project.stack, "greenshift:source.branch")
        yield Finding(
            rule="no-commit",
            level="error",
            file=place.file,
            line=place.line,
            what=f"there is no commit on branch {branch!r}",
            why="that is the branch the pipeline releases",
            fix="commit something there, or set greenshift:source.branch",
        )


def check_stack(project: Project) -> Iterator[Finding]:
    """A stack without a file has the project's settings only; a name that is nearly another's is a slip."""
    known = sorted(
        path.name.removeprefix("Pulumi.").rpartition(".")[0]
        for pattern in ("Pulumi.*.yaml", "Pulumi.*.yml")
        for path in project.directory.glob(pattern)
    )
    if project.stack in (LOCAL, *known) or not known:
        return
    near = difflib.get_close_matches(project.stack, known, n=1)
    yield Finding(
        rule="unknown-stack",
        level="error" if near else "warning",
        file="Pulumi.yaml",
        what=f"there is no Pulumi.{project.stack}.yaml; the stacks with a file are {', '.join(known)}",
        why="a stack without a file has the settings of Pulumi.yaml alone",
        fix=f"did you mean --stack {near[0]}?" if near else f"pulumi stack init {project.stack}",
    )


def check_region_and_image(project: Project) -> Iterator[Finding]:
    region, image = project.config.get("aws:region"), project.settings.build.image
    if region is not None and _REGION.fullmatch(region) is None:
        place = setting_place(project.directory, project.stack, "aws:region")
        yield Finding(
            rule="no-region",
            level="error",
            file=place.file,
            line=place.line,
            what=f"aws:region is {region!r}, which is the name of no region",
            why="every call to AWS goes to an address with the region's name in it",
            fix="write it as eu-west-1",
        )
    if image.startswith("aws/codebuild/") and _IMAGE.fullmatch(image) is None:
        place = setting_place(project.directory, project.stack, "greenshift:build.image")
        yield Finding(
            rule="no-image",
            level="error",
            file=place.file,
            line=place.line,
            what=f"build.image {image!r} is none of CodeBuild's images",
            why="each build would fail while it is provisioned",
            fix="write it as aws/codebuild/standard:7.0, with a version",
        )


def _git(directory: Path, *arguments: str) -> str | None:
    """What git says; None when it fails, or is not there."""
    try:
        done = subprocess.run(
            ["git", "-C", str(directory), *arguments], capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None

"""``greenshift new``: a project that works, with three functions that show what Build does."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Annotated

import typer

from greenshift.cli.terminal import terminal
from greenshift.errors import GreenshiftError, UsageError

_TEMPLATE = Path(__file__).parent / "templates" / "project"
_NAME = re.compile(r"[a-z][a-z0-9-]{0,38}[a-z0-9]")


def new(
    name: Annotated[str, typer.Argument(help="Name of the project, and of the directory to make.")],
    repository: Annotated[
        str, typer.Option(help="GitHub repository the pipeline will follow on AWS, as owner/name.")
    ] = "",
) -> None:
    """Make a new project: a git repository with three functions and their pipeline.

    Example:  greenshift new my-app && cd my-app && greenshift up
    """
    project = Path(name).name
    if not _NAME.fullmatch(project):
        raise UsageError(
            f"{project!r} cannot be a project's name",
            hint="2 to 40 characters: lower-case letters, digits and hyphens, a letter first",
        )
    target = Path(name)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"{target} exists and is not empty", hint="choose another name")
    _copy(target, project, repository or f"me/{project}")
    _commit(target)
    terminal.result(f"made [bold]{target}[/]: three functions, one pipeline, one commit")
    terminal.result(f"  next: cd {target} && greenshift up")


def _copy(target: Path, project: str, repository: str) -> None:
    shutil.copytree(
        _TEMPLATE, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", "*.pyc")
    )
    # Packaging tools drop files that begin with a dot.
    (target / "gitignore").rename(target / ".gitignore")
    for path in (target / "Pulumi.yaml", target / "__main__.py", target / "README.md"):
        text = path.read_text()
        path.write_text(text.replace("PROJECT_NAME", project).replace("REPOSITORY", repository))


def _commit(target: Path) -> None:
    _git(target, "init", "--quiet", "--initial-branch", "main")
    _git(target, "add", "--all")
    identity = (
        []
        if _has_identity(target)
        else ["-c", "user.name=greenshift", "-c", "user.email=new@greenshift.invalid"]
    )
    _git(target, *identity, "commit", "--quiet", "--message", "A new project")


def _has_identity(target: Path) -> bool:
    done = subprocess.run(
        ["git", "-C", str(target), "config", "user.email"], capture_output=True, check=False
    )
    return done.returncode == 0


def _git(target: Path, *arguments: str) -> None:
    try:
        done = subprocess.run(
            ["git", "-C", str(target), *arguments], capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise GreenshiftError(
            "git is not installed", hint="install git, then run git init in the directory"
        ) from None
    if done.returncode != 0:
        raise GreenshiftError(f"git {arguments[0]} failed: {done.stderr.strip()}", hint=f"see {target}")

"""``greenshift new``: a project that works, in the language and the layout that is asked for."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Annotated

import typer
import yaml

from greenshift.cli.console.terminal import terminal
from greenshift.cli.project.made_by import installed, requirement
from greenshift.errors import GreenshiftError, UsageError

_TEMPLATES = Path(__file__).parents[1] / "templates"
_DEFAULT = "project"
# What every project has, unless its template has its own.
_COMMON = ("__main__.py", "gitignore")
_COUNTS = {1: "one function", 2: "two functions", 3: "three functions"}
_NAME = re.compile(r"[a-z][a-z0-9-]{0,38}[a-z0-9]")


def new(
    name: Annotated[
        str, typer.Argument(help="Name of the project, and of the directory to make; `.` is this one.")
    ],
    repository: Annotated[
        str, typer.Option(help="GitHub repository the pipeline will follow on AWS, as owner/name.")
    ] = "",
    template: Annotated[
        str,
        typer.Option(
            help="typescript, python-uv, monorepo, go or queue-worker; by default one function each of Node, "
            "of Python and without anything to install.",
            autocompletion=lambda: list(names()),
        ),
    ] = "",
) -> None:
    """Make a new project: a git repository with functions and their pipeline.

    Functions that exist already move into it: see “Functions that exist already” of the documentation.

    Example:  greenshift new my-app && cd my-app && greenshift up
    """
    project = Path(name).absolute().name if name else ""
    if not _NAME.fullmatch(project):
        raise UsageError(
            f"{project!r} cannot be a project's name",
            hint="2 to 40 characters: lower-case letters, digits and hyphens, a letter first",
        )
    target = Path(name)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise _taken(target)
    if template and template not in names():
        raise UsageError(f"there is no template {template!r}", hint=f"templates: {', '.join(names())}")
    _copy(_TEMPLATES / (template or _DEFAULT), target, project, repository or f"me/{project}")
    _commit(target)
    functions = _COUNTS[len(_functions(target))]
    is_here = target == Path()
    terminal.result(f"made [bold]{project if is_here else target}[/]: {functions}, one pipeline, one commit")
    terminal.result(f"  next: {'' if is_here else f'cd {target} && '}greenshift up")
    if not _may_commit(target):
        terminal.warning(_NOBODY)


def _taken(target: Path) -> UsageError:
    """What is wrong with a place that is not empty, and what to do instead."""
    if target != Path():
        return UsageError(f"{target} exists and is not empty", hint="choose another name")
    return UsageError(
        "this directory is not empty",
        hint="name the project and it has a directory of its own: greenshift new my-app; "
        "to move functions into it, see “Functions that exist already” of the documentation",
    )


_NOBODY = (
    "git does not know who you are, and a commit of yours needs that: "
    'git config --global user.name "Your Name" && git config --global user.email you@example.com'
)


def names() -> tuple[str, ...]:
    """Of the templates besides the default one."""
    return tuple(sorted(each.name for each in _TEMPLATES.iterdir() if each.name != _DEFAULT))


def _copy(template: Path, target: Path, project: str, repository: str) -> None:
    ignore = shutil.ignore_patterns("__pycache__", "*.pyc", "bootstrap", "node_modules")
    shutil.copytree(template, target, dirs_exist_ok=True, ignore=ignore)
    for name in _COMMON:
        if not (target / name).exists():
            shutil.copyfile(_TEMPLATES / _DEFAULT / name, target / name)
    (target / "requirements.txt").write_text(requirement(*installed()))
    # Packaging tools drop files that begin with a dot.
    (target / "gitignore").rename(target / ".gitignore")
    for path in (target / "Pulumi.yaml", target / "__main__.py", target / "README.md"):
        text = path.read_text()
        path.write_text(text.replace("PROJECT_NAME", project).replace("REPOSITORY", repository))


def _functions(target: Path) -> list[str]:
    document = yaml.safe_load((target / "Pulumi.yaml").read_text())
    return list(document["config"]["greenshift:functions"]["value"])


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


def _may_commit(target: Path) -> bool:
    """Whether git would take a commit of the person here: from its settings, the environment or the host."""
    asked = ["git", "-C", str(target), "var", "GIT_COMMITTER_IDENT"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


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

"""Looks at a function's directory once and says what is there; ``plan`` decides what follows from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from .node_projects import NodeProject, node_project, read_package
from .python_locks import Locked, python_lock

# Written by `npm init`: a project that still has it has no tests.
_NPM_PLACEHOLDER = "no test specified"

# tomllib came with Python 3.11 and build images go back to 3.9; two table headers need no parser.
_PYTHON_PROJECT = re.compile(r"^\s*\[(project|build-system)\]", re.MULTILINE)

TEST_FOLDERS = ("tests", "test")


@dataclass(frozen=True)
class NpmProject:
    """What package.json and its neighbours say."""

    locked: bool
    dependencies: bool
    dev_dependencies: bool
    test_script: bool
    scripts: tuple[str, ...] = ()
    """The commands of all its scripts."""


@dataclass(frozen=True)
class Contents:
    """What a function's directory holds, as far as building it is concerned."""

    npm: NpmProject | None = None
    #: Who installs it, and where; None without a package.json.
    node: NodeProject | None = None
    requirements: bool = False
    #: Whether there is a requirements.txt without a package in it.
    names_no_package: bool = False
    python_project: bool = False
    test_requirements: tuple[str, ...] = ()
    #: Where unittest starts looking ("." and folders it would not enter by itself); empty: no Python tests.
    python_tests: tuple[str, ...] = ()
    #: What a lock file of Python says; a requirements.txt beside it is what is installed.
    locked: Locked | None = None
    gemfile: bool = False


def survey(function: str, directory: Path, root: Path | None = None, runtime: str = "python3.13") -> Contents:
    """``root`` is the top of the source, where a workspace may keep its lock file."""
    requirements = _has_requirements(directory / "requirements.txt")
    python = runtime.removeprefix("python") if runtime.startswith("python") else "3.13"
    is_python = (directory / "pyproject.toml").is_file() or (directory / "Pipfile").is_file()
    has_lock = is_python and not requirements
    locked = python_lock(function, directory, root or directory, python) if has_lock else None
    node = node_project(function, directory, root or directory)
    return Contents(
        npm=_npm(function, directory, node),
        gemfile=(directory / "Gemfile").is_file(),
        node=node,
        requirements=requirements,
        names_no_package=not requirements and (directory / "requirements.txt").is_file(),
        locked=locked,
        python_project=_is_python_project(directory / "pyproject.toml"),
        test_requirements=tuple(
            name
            for name in ("requirements-dev.txt", "requirements-test.txt")
            if _has_requirements(directory / name)
        ),
        python_tests=_python_tests(directory),
    )


def _npm(function: str, directory: Path, node: NodeProject | None) -> NpmProject | None:
    if node is None:
        return None
    package = read_package(function, directory)
    scripts = package.get("scripts")
    test = scripts.get("test") if isinstance(scripts, dict) else None
    return NpmProject(
        locked=bool(node.lock),
        dependencies=any(package.get(name) for name in ("dependencies", "optionalDependencies")),
        dev_dependencies=bool(package.get("devDependencies")),
        test_script=bool(test) and _NPM_PLACEHOLDER not in str(test),
        scripts=tuple(str(text) for text in scripts.values()) if isinstance(scripts, dict) else (),
    )


def _has_requirements(path: Path) -> bool:
    """A file of comments asks for nothing, and pip need not be started for it."""
    if not path.is_file():
        return False
    lines = path.read_text(encoding="utf-8").splitlines()
    return any(line.strip() and not line.strip().startswith("#") for line in lines)


def _is_python_project(path: Path) -> bool:
    return path.is_file() and bool(_PYTHON_PROJECT.search(path.read_text(encoding="utf-8")))


def _python_tests(directory: Path) -> tuple[str, ...]:
    starts = ["."] if any(directory.glob("test_*.py")) else []
    for name in TEST_FOLDERS:
        folder = directory / name
        if not any(folder.rglob("test*.py")):
            continue
        # unittest enters a folder from above only when it is a package.
        start = "." if (folder / "__init__.py").is_file() else name
        if start not in starts:
            starts.append(start)
    return tuple(starts)

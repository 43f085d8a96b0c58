"""Looks at a function's directory once and says what is there; ``plan`` decides what follows from it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from .failure import BuildFailure

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


@dataclass(frozen=True)
class Contents:
    """What a function's directory holds, as far as building it is concerned."""

    npm: NpmProject | None = None
    requirements: bool = False
    python_project: bool = False
    test_requirements: tuple[str, ...] = ()
    #: Where unittest starts looking ("." and folders it would not enter by itself); empty: no Python tests.
    python_tests: tuple[str, ...] = ()


def survey(function: str, directory: Path) -> Contents:
    return Contents(
        npm=_npm(function, directory),
        requirements=_has_requirements(directory / "requirements.txt"),
        python_project=_is_python_project(directory / "pyproject.toml"),
        test_requirements=tuple(
            name
            for name in ("requirements-dev.txt", "requirements-test.txt")
            if _has_requirements(directory / name)
        ),
        python_tests=_python_tests(directory),
    )


def _npm(function: str, directory: Path) -> NpmProject | None:
    path = directory / "package.json"
    if not path.is_file():
        return None
    try:
        package = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BuildFailure(function, f"package.json: not JSON ({error})") from None
    if not isinstance(package, dict):
        raise BuildFailure(function, "package.json: must be an object")
    scripts = package.get("scripts")
    test = scripts.get("test") if isinstance(scripts, dict) else None
    return NpmProject(
        locked=any((directory / name).is_file() for name in ("package-lock.json", "npm-shrinkwrap.json")),
        dependencies=any(package.get(name) for name in ("dependencies", "optionalDependencies")),
        dev_dependencies=bool(package.get("devDependencies")),
        test_script=bool(test) and _NPM_PLACEHOLDER not in str(test),
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

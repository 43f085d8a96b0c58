"""Things that make builds differ from day to day, or that are about to go: hints and warnings."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping

from greenshift.checks.finding import Finding
from greenshift.checks.source.function import FunctionSource
from greenshift.checks.source.places import Place
from greenshift.settings import Settings


def check_lock_file(source: FunctionSource) -> Iterator[Finding]:
    """Dependencies without a lock file: the same commit may be built from other versions tomorrow."""
    npm = source.contents.npm
    if npm is None or npm.locked or not npm.dependencies:
        return
    what = "package.json names dependencies and there is no lock file"
    fix = f"run npm install in {source.function.directory} and commit package-lock.json"
    yield _unlocked(source, "package.json", 1, what, fix)


def check_python_lock(source: FunctionSource) -> Iterator[Finding]:
    """The same of Python: a project without a lock file, a requirements.txt with a version left open."""
    contents = source.contents
    if contents.requirements:
        opened = _open_requirement(source)
        if opened is not None:
            line, text = opened
            yield _unlocked(source, "requirements.txt", line, f"{text!r} leaves its version open", _PINNED)
    elif contents.python_project and contents.locked is None and _has_dependencies(source):
        what = "pyproject.toml names dependencies and there is no lock file"
        yield _unlocked(source, "pyproject.toml", 1, what, _LOCKED)


_PINNED = "write the exact version (==), for all that is installed: pip freeze, or pip-compile"
_LOCKED = "run uv lock, poetry lock or pdm lock there, and commit what it writes"


def _unlocked(source: FunctionSource, file: str, line: int, what: str, fix: str) -> Finding:
    return Finding(
        rule="no-lock-file",
        level="hint",
        function=source.key,
        file=source.file(file),
        line=line,
        what=what,
        why="each build takes the newest versions that fit, so one commit can give two packages",
        fix=fix,
    )


def _open_requirement(source: FunctionSource) -> tuple[int, str] | None:
    """Line and text of the first requirement that is no exact version and no place (pip: "Requirement
    Specifiers").
    """
    path = source.selection.files.get("requirements.txt")
    if path is None:
        return None
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        said = text.partition("#")[0].strip()
        if said and not said.startswith(("-", ".", "/")) and not re.search(r"===?|\s@\s|://", said):
            return number, said
    return None


def _has_dependencies(source: FunctionSource) -> bool:
    path = source.selection.files.get("pyproject.toml")
    if path is None:
        return False
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return False
    project, poetry = found.get("project", {}), found.get("tool", {}).get("poetry", {})
    return bool(project.get("dependencies")) or len(poetry.get("dependencies", {})) > 1  # Python is one


def check_source_provider(
    settings: Settings, environment: Mapping[str, str], place: Place
) -> Iterator[Finding]:
    """GitHub through an OAuth token: possible, but it holds a secret that a connection does not need."""
    if settings.source.provider != "github":
        return
    token = settings.token(environment)
    yield Finding(
        rule="oauth-source",
        level="warning",
        file=place.file,
        line=place.line,
        what="source.provider github reads the code with a person's OAuth token"
        + (", and none is set" if token.origin == "missing" else ""),
        why="AWS advises against it: the token reaches all of that person's repositories",
        fix="leave source.provider out: a connection needs no token",
    )

"""Tests that lie beside a function's directory, where the build does not look."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from greenshift.buildkit.survey import TEST_FOLDERS
from greenshift.checks.finding import Finding
from greenshift.checks.source.function import FunctionSource

_PATTERNS = ("test_*.py", "*_test.py", "*.test.js", "*.test.mjs", "*.test.cjs", "*.test.ts")


def check_tests_elsewhere(source: FunctionSource, root: Path) -> Iterator[Finding]:
    """A function with tests of its own, or a test command, has what it wants."""
    npm = source.contents.npm
    if source.function.test is not None or source.contents.python_tests or (npm and npm.test_script):
        return
    above = (root / source.function.directory).parent
    if above == root or not above.is_relative_to(root):
        return
    folder = next((above / name for name in TEST_FOLDERS if _has_tests(above / name)), None)
    if folder is None:
        return
    is_python = any(folder.rglob("*.py"))
    command = (
        f"python3 -m unittest discover -s ../{folder.name}" if is_python else f"node --test ../{folder.name}"
    )
    yield Finding(
        rule="tests-elsewhere",
        level="hint",
        function=source.key,
        file=folder.relative_to(root).as_posix(),
        what=f"tests lie beside {source.function.directory}, and the build looks inside it only",
        why="the function is released without having been tested",
        fix=f"set greenshift:functions.{source.key}.test to: {command}",
    )


def _has_tests(folder: Path) -> bool:
    return folder.is_dir() and any(any(folder.rglob(pattern)) for pattern in _PATTERNS)

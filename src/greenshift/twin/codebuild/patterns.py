"""The glob patterns of a buildspec, on a tree of files.

User guide, artifacts/files: ``**/*`` is every file, ``dir/*`` one level, ``dir/**/*`` everything below.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from string import Template

from greenshift.twin.codebuild.glob import Glob


def matching(root: Path, patterns: Iterable[str], excluded: Iterable[str] = ()) -> dict[str, Path]:
    """Files below ``root`` (relative name -> file) that some pattern names and none excludes."""
    wanted = [Glob(pattern) for pattern in patterns]
    unwanted = [Glob(pattern) for pattern in excluded]
    return {
        name: path
        for name, path in _files(root)
        if any(pattern.matches(name) for pattern in wanted)
        and not any(pattern.matches(name) for pattern in unwanted)
    }


def folders(root: Path, pattern: str) -> list[Path]:
    """Folders below ``root`` that a pattern names, in order; links to folders, but nothing behind them."""
    if not any(sign in pattern for sign in "*?["):
        found = root / pattern
        return [found] if found.is_dir() else []
    wanted = Glob(pattern.rstrip("/"))
    return sorted(path for name, path in _folders(root) if wanted.matches(name))


def _folders(root: Path) -> Iterator[tuple[str, Path]]:
    for folder, names, _ in os.walk(root):
        for name in names:
            path = Path(folder, name)
            yield path.relative_to(root).as_posix(), path


def _files(root: Path) -> Iterator[tuple[str, Path]]:
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            path = Path(folder, name)
            if path.is_file() or path.is_symlink():
                yield path.relative_to(root).as_posix(), path


def expand(text: str, environment: dict[str, str]) -> str:
    """``$NAME`` and ``${NAME}`` from the build's environment; unknown names stay as written."""
    return Template(text).safe_substitute(environment)

"""The glob patterns of a buildspec, on a tree of files.

User guide, artifacts/files: ``**/*`` is every file, ``dir/*`` one level, ``dir/**/*`` everything below.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from string import Template

_TOKEN = re.compile(r"\*\*/|\*\*|\*|\?|\[[^\]]+\]|.", re.DOTALL)
_MEANING = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def compile_pattern(pattern: str) -> re.Pattern[str]:
    text = pattern.removeprefix("./")
    return re.compile("".join(_translate(token) for token in _TOKEN.findall(text)), re.DOTALL)


def _translate(token: str) -> str:
    if token in _MEANING:
        return _MEANING[token]
    if len(token) > 1:  # a set, [abc] or [!abc]
        body = token[1:-1].replace("\\", "\\\\")
        return "[" + ("^" + body[1:] if body.startswith("!") else body) + "]"
    return re.escape(token)


def matching(root: Path, patterns: Iterable[str], excluded: Iterable[str] = ()) -> dict[str, Path]:
    """Files below ``root`` (relative name -> file) that some pattern names and none excludes."""
    wanted = [compile_pattern(pattern) for pattern in patterns]
    unwanted = [compile_pattern(pattern) for pattern in excluded]
    return {
        name: path
        for name, path in _files(root)
        if any(pattern.fullmatch(name) for pattern in wanted)
        and not any(pattern.fullmatch(name) for pattern in unwanted)
    }


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

"""What stands in the files of the program that is judged, for rules that ask where a value comes from.

Whoever starts the pack names the project's folder in ``GREENSHIFT_PROJECT``. Pulumi's CLI does not, and then
``PWD`` is the folder its user typed the command in, as the CLI starts a pack inside the pack's own folder.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PROJECT = "GREENSHIFT_PROJECT"
"""Environment variable: the folder with the program's ``Pulumi.yaml``."""

_SOURCES = (".py", ".ts", ".js", ".mjs", ".go", ".cs", ".java")
_NO_SOURCES = frozenset(("node_modules", "venv", "tests", "test", "functions", "build", "dist"))
_LARGEST = 500_000
_MOST = 400
_SHORTEST = 6  # a shorter text stands everywhere


@dataclass(frozen=True)
class Program:
    """The files of one program; without a folder nothing is known of it."""

    directory: Path | None

    @classmethod
    def here(cls, environment: Mapping[str, str] = os.environ) -> Program:
        named = environment.get(PROJECT) or environment.get("PWD") or ""
        directory = Path(named) if named else None
        return cls(directory if directory is not None and _is_project(directory) else None)

    @property
    def has_package_at_the_top(self) -> bool:
        """Whether the repository is one npm package, or a workspace: what is above a folder with ``.git``."""
        if self.directory is None:
            return False
        for folder in (self.directory, *self.directory.parents):
            if (folder / "package.json").is_file():
                return True
            if (folder / ".git").exists():
                return False
        return False

    def fingerprint(self) -> list[str]:
        """Changes when one of the files does, or when there is another: paths, sizes and times."""
        if self.directory is None:
            return []
        found = [stamp(path) for _, path in zip(range(_MOST), _sources(self.directory), strict=False)]
        return [str(self.has_package_at_the_top), *found]

    def written(self, text: str) -> str:
        """Where it stands in quotes, as ``file:line``; empty when it does not, or is too short to tell."""
        return "" if len(text) < _SHORTEST else self.named(text)

    def named(self, text: str) -> str:
        """The same for a name, which may be short: the first place where it stands."""
        if self.directory is None or not text or "\n" in text:
            return ""
        quoted = [f"{quote}{text}{quote}" for quote in "\"'`"]
        for name, content in _texts(self.directory):
            for form in quoted:
                place = content.find(form)
                if place >= 0:
                    return f"{name}:{content.count(chr(10), 0, place) + 1}"
        return ""


def stamp(path: Path) -> str:
    """Another one whenever the file was written."""
    known = path.stat()
    return f"{path} {known.st_size} {known.st_mtime_ns}"


def _is_project(directory: Path) -> bool:
    return any((directory / name).is_file() for name in ("Pulumi.yaml", "Pulumi.yml", "__main__.py"))


@cache
def _texts(directory: Path) -> tuple[tuple[str, str], ...]:
    return tuple(
        (path.relative_to(directory).as_posix(), path.read_text(encoding="utf-8", errors="replace"))
        for _, path in zip(range(_MOST), _sources(directory), strict=False)
    )


def _sources(directory: Path) -> Iterator[Path]:
    for folder, below, names in os.walk(directory):
        below[:] = sorted(name for name in below if name not in _NO_SOURCES and not name.startswith("."))
        for name in sorted(names):
            path = Path(folder) / name
            if name.endswith(_SOURCES) and path.is_file() and path.stat().st_size <= _LARGEST:
                yield path

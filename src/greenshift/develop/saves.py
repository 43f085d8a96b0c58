"""Which functions' files have changed since the last look."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

_NOT_SOURCE = frozenset({
    "node_modules", ".venv", "venv", "__pycache__", ".git", ".greenshift", ".greenshift-build",
    ".pytest_cache",
})  # fmt: skip
_Marks = dict[str, tuple[int, int]]


class Saves:
    """``folders`` by function; a folder inside another one belongs to both."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self._folders = dict(folders)
        self._seen = {key: _marks(folder) for key, folder in self._folders.items()}

    def look(self) -> tuple[str, ...]:
        """The functions whose files differ from the last look: made, changed, or gone."""
        now = {key: _marks(folder) for key, folder in self._folders.items()}
        changed = tuple(key for key in self._folders if now[key] != self._seen[key])
        self._seen = now
        return changed


def _marks(folder: Path) -> _Marks:
    return dict(_files(folder))


def _files(folder: Path) -> Iterator[tuple[str, tuple[int, int]]]:
    for place, below, names in os.walk(folder):
        below[:] = sorted(name for name in below if name not in _NOT_SOURCE)
        for name in names:
            path = os.path.join(place, name)  # noqa: PTH118 - thousands of them, four times a second
            try:
                found = os.stat(path)  # noqa: PTH116
            except FileNotFoundError:
                continue  # an editor's own file, gone again
            yield path, (found.st_mtime_ns, found.st_size)

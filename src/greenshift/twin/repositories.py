"""The local git repositories that stand in for the repositories a connection gives access to."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar


class Repositories:
    """``owner/name`` -> the directory of a local git repository."""

    kept: ClassVar[tuple[str, ...]] = ("_paths",)

    def __init__(self) -> None:
        self._paths: dict[str, Path] = {}

    def register(self, repository_id: str, path: Path) -> None:
        self._paths[repository_id.lower()] = path

    def path(self, repository_id: str) -> Path:
        """The repository's directory; LookupError when nothing was registered under that id."""
        try:
            return self._paths[repository_id.lower()]
        except KeyError:
            known = ", ".join(sorted(self._paths)) or "none"
            raise LookupError(
                f"no local repository stands in for {repository_id}; registered: {known}"
            ) from None

    def all(self) -> dict[str, Path]:
        return dict(self._paths)

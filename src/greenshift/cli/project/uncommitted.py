"""What of a working copy a release would not take, because it is not committed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from greenshift.cli.project.repository import Change
from greenshift.contract.text import listed
from greenshift.settings import Settings

_NAMED = 3
_PROSE = frozenset((".md", ".rst", ".txt"))
# Text that builds read, wherever it is.
_READ_BY_BUILDS = ("requirements", "constraints")


def left_out(changes: Sequence[Change], settings: Settings) -> str:
    """The files that matter, and how they become part of a release; "" when there are none."""
    found = [each for each in changes if _matters(each.path, settings)]
    if not found:
        return ""
    names = listed((each.path for each in found), _NAMED)
    are = "is" if len(found) == 1 else "are"
    commit = "git add --all && git commit" if any(each.is_new for each in found) else "git commit --all"
    return f"{names} {are} not committed, and not part of this release: {commit}, then again"


def _matters(path: str, settings: Settings) -> bool:
    """Whether a release may be made of it: any file may, but prose beside the functions that no build of
    the repository's own could read.
    """
    if settings.build.buildspec is not None or _is_inside(path, settings):
        return True
    file = PurePosixPath(path)
    return file.suffix.lower() not in _PROSE or file.name.startswith(_READ_BY_BUILDS)


def _is_inside(path: str, settings: Settings) -> bool:
    own = (function.directory for function in settings.functions.values())
    folders = (PurePosixPath(each) for each in (*own, *settings.source.shared_directories) if each)
    return any(PurePosixPath(path).is_relative_to(folder) for folder in folders)

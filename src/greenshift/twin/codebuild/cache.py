"""A project's local cache: the buildspec's cache paths, kept from one build to the next.

User guide, "Local caching": best effort. Only paths inside the source are kept; download caches of npm and
pip are shared anyway.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from greenshift.twin.codebuild.patterns import matching


def restore(store: Path, source: Path) -> int:
    """Put the kept files back where they were, without replacing files of the source; how many."""
    if not store.is_dir():
        return 0
    return _copy(matching(store, ["**/*"]), source, replace=False)


def save(store: Path, source: Path, patterns: Iterable[str]) -> int:
    """Keep what the patterns name now, instead of what was kept before; how many files."""
    kept = matching(source, [pattern for pattern in patterns if not Path(pattern).is_absolute()])
    shutil.rmtree(store, ignore_errors=True)
    return _copy(kept, store, replace=True)


def discard(store: Path) -> None:
    shutil.rmtree(store, ignore_errors=True)


def _copy(files: dict[str, Path], target: Path, *, replace: bool) -> int:
    copied = 0
    for name, path in files.items():
        destination = target / name
        if destination.exists() and not replace:
            continue
        destination.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, destination, follow_symlinks=False)
        copied += 1
    return copied

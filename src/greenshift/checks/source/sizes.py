"""A package Lambda would refuse for its size, from what lies on disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from greenshift.buildkit.bundling import is_bundled
from greenshift.buildkit.failure import BuildFailure
from greenshift.buildkit.node_modules import needed
from greenshift.buildkit.packaging import UNZIPPED_LIMIT, Selection, biggest, select, unzipped
from greenshift.checks.finding import Finding
from greenshift.checks.source.function import FunctionSource


def check_size(source: FunctionSource, root: Path) -> Iterator[Finding]:
    """The function's own files and, where they are installed, its packages of Node; pip's are not here."""
    if is_bundled(source.function):
        return
    selection = _packaged(source, root)
    total = unzipped(selection)
    if total <= UNZIPPED_LIMIT:
        return
    largest = ", ".join(f"{name} ({size / 1_000_000:.0f} MB)" for size, name in biggest(selection))
    yield Finding(
        rule="package-size",
        level="error",
        function=source.key,
        file=source.function.directory,
        what=f"the package is {total >> 20} MB unzipped; the largest: {largest}",
        why=f"Lambda allows {UNZIPPED_LIMIT >> 20} MB, layers included; the build refuses it",
        fix=f"leave files out with greenshift:functions.{source.key}.exclude",
    )


def _packaged(source: FunctionSource, root: Path) -> Selection:
    directory = root / source.function.directory
    try:
        modules = needed(source.key, directory, root) if source.contents.node is not None else {}
    except BuildFailure:  # not installed here, which is no fault
        modules = {}
    return select(directory, None, source.function.exclude, modules)

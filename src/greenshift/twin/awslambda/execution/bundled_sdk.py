"""What of the bundled SDK a function names: in Node the packages it does not bring; in Python whether any."""

from __future__ import annotations

import asyncio
import re
from itertools import islice
from pathlib import Path

from greenshift.twin.nodesdk import more

_MOST_FILES = 500
_IMPORT = re.compile(rb"(?:import|from) +boto(?:3|core)")


class BundledSdk:
    """Code is read once: its folder never changes."""

    def __init__(self, cache: Path, pinned: Path) -> None:
        self._cache = cache
        self._pinned = pinned
        self._named: dict[tuple[Path, ...], set[str]] = {}
        self._names_boto: dict[Path, bool] = {}

    async def modules_for(self, runtime: str, roots: tuple[Path, ...]) -> tuple[tuple[Path, ...], str]:
        """The folders, and what the function's log should say of them; no failure stops the function."""
        if not runtime.startswith("nodejs") or not self._pinned.is_dir():
            return (), ""
        if roots not in self._named:
            self._named[roots] = await asyncio.to_thread(more.named_in, roots)
        folders, remarks = [self._pinned], []
        for name in more.missing(self._cache, self._named[roots]):
            try:
                folders.append(await asyncio.to_thread(more.fetch, self._cache, name))
            except more.NotFetched as error:
                remarks.append(f"; {name} could not be fetched: {error}")
        return tuple(folders), "".join(remarks)

    async def is_named_in(self, root: Path) -> bool:
        """Whether Python code imports AWS's SDK, as far as its text tells."""
        if root not in self._names_boto:
            self._names_boto[root] = await asyncio.to_thread(_names_boto, root)
        return self._names_boto[root]


def _names_boto(root: Path) -> bool:
    """Of a package with thousands of files the first are read."""
    files = (path for path in islice(root.rglob("*.py"), _MOST_FILES) if path.is_file())
    return any(_IMPORT.search(path.read_bytes()) for path in files)

"""Which folders hold the ``@aws-sdk`` packages that a Node function names and does not bring."""

from __future__ import annotations

import asyncio
from pathlib import Path

from greenshift.twin.nodesdk import more


class BundledSdk:
    """Code is read once: its folder never changes."""

    def __init__(self, cache: Path, pinned: Path) -> None:
        self._cache = cache
        self._pinned = pinned
        self._named: dict[tuple[Path, ...], set[str]] = {}

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

"""A running twin into a file, and a file into a twin that is about to run. Wiring only.

A snapshot is taken while nothing is under way: a build, a release, an invocation or a delivery is a process
or a task, and no file holds those. The loop does nothing else meanwhile, nor does moto's thread, so the file
is of one moment.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from greenshift.twin.callers.principal import Principal
from greenshift.twin.callers.sessions import Sessions
from greenshift.twin.door import Door
from greenshift.twin.inventory import inventory
from greenshift.twin.moto import Moto, kept
from greenshift.twin.service import Service
from greenshift.twin.snapshot import keeping
from greenshift.twin.snapshot.archive import Archive, Writing
from greenshift.twin.snapshot.errors import Unreadable
from greenshift.twin.snapshot.keeping import Keeper
from greenshift.twin.snapshot.manifest import Manifest
from greenshift.twin.snapshot.reading import DAMAGED, Reader
from greenshift.twin.snapshot.writing import Writer
from greenshift.twin.world import World

_LOOK_AGAIN_SECONDS = 0.02


class Busy(Exception):
    """Something is under way that no file can hold; ``what`` names it."""

    def __init__(self, what: list[str]) -> None:
        super().__init__(", ".join(what))
        self.what = what


class Preserver:
    """``describe`` makes the manifest of this twin, given how much is in it."""

    def __init__(
        self, *, world: World, door: Door, sessions: Sessions, moto: Moto, services: Mapping[str, Service],
        describe: Callable[[Mapping[str, int]], Manifest],
    ) -> None:  # fmt: skip
        self._world = world
        self._door = door
        self._sessions = sessions
        self._moto = moto
        self._services = services
        self._describe = describe

    async def take(self, path: Path, seconds: float) -> Manifest:
        """Write the file; raises Busy when it is not quiet within ``seconds``, Unkeepable for what no file
        holds.
        """
        principal = Principal.root(self._world.account)
        found = await inventory(self._door, principal, self._services)
        await self._quiet(seconds)
        # Nothing is awaited from here on, so nothing begins.
        return self._write(path, self._describe({service: len(names) for service, names in found.items()}))

    async def give_back(self, archive: Archive) -> None:
        """What the file holds, before any service starts; raises Unreadable."""
        try:
            await self._moto.aside(lambda: self._give_back(archive))
        except DAMAGED as error:
            raise Unreadable(f"it is damaged ({type(error).__name__}: {error})") from error

    def _give_back(self, archive: Archive) -> None:
        roots = Reader(archive.blob, kept.backend_at, kept.meet).roots(archive.state())
        ours = {name: value for name, value in roots.items() if not kept.is_place(name)}
        kept.give_back({name: value for name, value in roots.items() if kept.is_place(name)})
        keeping.give_back(self.keepers(), ours)

    async def _quiet(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while True:
            await self._world.logs.flush()
            if not (busy := self._under_way()):
                return
            if time.monotonic() >= end:
                raise Busy(busy)
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    def _under_way(self) -> list[str]:
        found = self._world.tasks.under_way()
        if self._world.logs.is_waiting:
            found.append("lines of logs")
        for service in self._services.values():
            found += service.under_way()
        calls = self._door.in_flight - sum(service.waiting for service in self._services.values())
        return found or ([f"{calls} calls"] if calls > 0 else [])

    def _write(self, path: Path, manifest: Manifest) -> Manifest:
        file = Writing(path)
        try:
            found, places = self._moto.held(kept.state)
            roots: dict[str, Any] = {**keeping.kept_of(self.keepers()), **found}
            file.finish(manifest, Writer(file.blob, places).document(roots))
        except BaseException:
            file.close()
            path.unlink(missing_ok=True)
            raise
        return manifest

    def keepers(self) -> dict[str, Keeper]:
        """Who keeps what there is, by name; moto's backends are beside them."""
        world = self._world
        found: dict[str, Keeper] = {
            "twin/metrics": world.metrics,
            "twin/logs": world.logs,
            "twin/record_chains": world.record_chains,
            "twin/repositories": world.repositories,
            "twin/sessions": self._sessions,
            "twin/calls": self._door,
        }
        for name, service in self._services.items():
            found[name] = service
            found |= {f"{name}/{part}": keeper for part, keeper in service.keepers().items()}
        return found

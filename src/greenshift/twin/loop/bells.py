"""Bells: whoever waits for something to appear is woken when it may be there, and asks no clock meanwhile.

A ring says "look again", never what there is: a bell rung once too often costs a look and nothing else. Names
are ARNs, so that neither side knows the other.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict

from greenshift.twin.clock import Clock


class Bells:
    """Bells by name; one that nobody listens to makes no sound and takes no memory."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[asyncio.Event]] = defaultdict(set)

    def ring(self, name: str) -> None:
        for listener in self._listeners.get(name, ()):
            listener.set()

    def listen(self, name: str) -> Ear:
        return Ear(self._listeners, name)


class Ear:
    """One listener, as a context; what rings between two waits is not lost."""

    def __init__(self, listeners: dict[str, set[asyncio.Event]], name: str) -> None:
        self._listeners = listeners
        self._name = name
        self._rung = asyncio.Event()

    def __enter__(self) -> Ear:
        self._listeners[self._name].add(self._rung)
        return self

    def __exit__(self, *_: object) -> None:
        self._listeners[self._name].discard(self._rung)
        if not self._listeners[self._name]:
            del self._listeners[self._name]

    async def wait(self) -> None:
        """Return when it has rung since the last wait."""
        await self._rung.wait()
        self._rung.clear()

    async def wait_until(self, clock: Clock, when: float) -> bool:
        """Wait for a ring, or for a moment of the twin's time; whether it rang."""
        sleeping = asyncio.ensure_future(clock.sleep_until(when))
        ringing = asyncio.ensure_future(self._rung.wait())
        try:
            await asyncio.wait({sleeping, ringing}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            ringing.cancel()
        rang = self._rung.is_set()
        self._rung.clear()
        return rang

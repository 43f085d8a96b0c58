"""From a save to new code behind an alias, one function after the other, to the end of the session."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from greenshift.develop.behind import Behind
from greenshift.develop.saves import Saves

Build = Callable[[str], bytes | None]
"""A function's package, built and tested; None when it failed, which was said."""


@dataclass(frozen=True)
class Built:
    """What became of one save. ``version`` is empty when it did not get behind the alias."""

    key: str
    version: str
    seconds: float
    is_released: bool = False
    """Whether the code is what a release had put there."""


class Session:
    """``tell`` hears of each function that was built, and of each that was put back."""

    def __init__(
        self,
        behind: Mapping[str, Behind],
        build: Build,
        tell: Callable[[Built], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._behind = dict(behind)
        self._build = build
        self._tell = tell
        self._monotonic = monotonic

    def begin(self) -> None:
        """Learn what is released, of every function, before any code is touched."""
        for each in self._behind.values():
            each.begin()

    def follow(self, saves: Saves, pause: Callable[[], bool]) -> None:
        """Put what is there behind the aliases, then whatever is saved; until ``pause`` says so."""
        self.put(self._behind)
        while pause():
            self.put(saves.look())

    def put(self, keys: Iterable[str]) -> None:
        for key in keys:
            began = self._monotonic()
            package = self._build(key)
            behind = self._behind[key]
            version = behind.put(package) if package is not None else ""
            self._tell(Built(key, version, self._monotonic() - began, version == behind.released))

    def end(self) -> None:
        """Every released version back, also when one fails; the first failure is raised at the end."""
        failure: Exception | None = None
        for each in self._behind.values():
            try:
                each.back()
            except Exception as error:
                failure = failure or error
        if failure is not None:
            raise failure

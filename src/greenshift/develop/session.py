"""From a save to new code behind an alias, one function after the other, to the end of the session."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from greenshift.develop.behind import Behind
from greenshift.develop.saves import Saves

_SELDOM = 8
"""A look at the aliases comes with each so many looks at the files."""
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
    waits: bool = False
    """Whether it is put there once the release has ended that is under way."""


class Session:
    """``tell`` hears of each function that was built. While ``is_releasing`` nothing is put: the aliases are
    the release's, and what was saved, or what it took from an alias, is put when it has ended.
    """

    def __init__(
        self,
        behind: Mapping[str, Behind],
        build: Build,
        tell: Callable[[Built], None],
        is_releasing: Callable[[], bool],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._behind = dict(behind)
        self._build = build
        self._tell = tell
        self._is_releasing = is_releasing
        self._waiting: dict[str, None] = {}
        self._monotonic = monotonic

    def begin(self) -> None:
        """Learn what is released, of every function, before any code is touched."""
        for each in self._behind.values():
            each.begin()

    def follow(self, saves: Saves, pause: Callable[[], bool]) -> None:
        """Put what is there behind the aliases, then whatever is saved; until ``pause`` says so."""
        self.put(self._behind)
        turn = 0
        while pause():
            turn += 1
            self.put(saves.look())
            if turn % _SELDOM == 0:
                self._look_at_aliases()

    def _look_at_aliases(self) -> None:
        """A release took some of them, or one for which some wait has ended."""
        taken = [
            key for key, behind in self._behind.items() if key not in self._waiting and behind.is_taken()
        ]
        if (taken or self._waiting) and self._is_releasing():
            self._wait(taken)
        else:
            self.put([*self._waiting, *taken])

    def _wait(self, keys: Iterable[str]) -> None:
        for key in keys:
            if key not in self._waiting:
                self._waiting[key] = None
                self._tell(Built(key, "", 0.0, waits=True))

    def put(self, keys: Iterable[str]) -> None:
        wanted = tuple(keys)
        if wanted and self._is_releasing():
            self._wait(wanted)
            return
        for key in wanted:
            self._waiting.pop(key, None)
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

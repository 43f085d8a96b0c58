"""Patterns over text, matched all at once and in one pass: no text makes any of them go back.

A pattern is a list of steps; every pattern is followed at the same time, character by character, through the
set of places it may be at. Which set follows which is remembered, so that a character mostly costs one look.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

# Sets and what follows them that are remembered; then they are forgotten and found again.
_MOST = 20_000


@dataclass(frozen=True)
class Step:
    """One character that ``takes`` accepts, or any number of them when ``repeats``.

    ``skips``: it takes nothing, and the following so many steps may be left out.
    """

    takes: Callable[[str], bool]
    repeats: bool = False
    skips: int = 0


def nothing(_: str) -> bool:
    return False


class Automaton:
    """Patterns, in order of precedence."""

    def __init__(self, patterns: Sequence[Sequence[Step]]) -> None:
        # Step by step; None ends a pattern.
        self._steps: list[Step | None] = []
        self._pattern_of_end: dict[int, int] = {}
        starts = []
        for number, pattern in enumerate(patterns):
            starts.append(len(self._steps))
            self._steps += pattern
            self._pattern_of_end[len(self._steps)] = number
            self._steps.append(None)
        self._start = self._reached(starts)
        self._following: dict[tuple[frozenset[int], str], frozenset[int]] = {}

    def first(self, text: str) -> int | None:
        """The number of the first pattern that the whole text matches."""
        following, places = self._following, self._start
        for character in text:
            if not places:
                return None
            after = following.get((places, character))
            places = self._after(places, character) if after is None else after
        ends = (self._pattern_of_end[place] for place in places if place in self._pattern_of_end)
        return min(ends, default=None)

    def _after(self, places: frozenset[int], character: str) -> frozenset[int]:
        taken = []
        for place in places:
            step = self._steps[place]
            if step is not None and step.takes(character):
                taken.append(place if step.repeats else place + 1)
        if len(self._following) >= _MOST:
            self._following.clear()
        found = self._following[places, character] = self._reached(taken)
        return found

    def _reached(self, places: Sequence[int]) -> frozenset[int]:
        """These places, and those that are reached from them without a character."""
        found, todo = set(places), list(places)
        while todo:
            place = todo.pop()
            step = self._steps[place]
            if step is None:
                continue
            beside = (
                [place + 1] if step.repeats else [place + 1, place + 1 + step.skips] if step.skips else []
            )
            new = [each for each in beside if each not in found]
            found.update(new)
            todo += new
        return frozenset(found)

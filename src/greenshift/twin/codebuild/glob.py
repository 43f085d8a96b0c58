"""A glob pattern, matched in time that grows with the name alone, whatever the pattern.

``*`` and ``?`` are within one folder's name, ``**`` is anything, ``**/`` any number of folders, none as well;
``[abc]``, ``[a-z]`` and ``[!abc]`` are one character of a name. An expression that goes back and tries anew
takes longer than anybody waits for ``**/**/**/**/x``. So the places in the pattern that a character can lead
to are followed all at once, and sets of places that were met before are kept.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(r"\*\*/|\*\*|\*|\?|\[!?[^\]]+\]|.", re.DOTALL)
_MOST_KEPT = 20_000

Places = frozenset[int]


class Glob:
    """``matches`` answers for whole names, with ``/`` between their parts."""

    def __init__(self, pattern: str) -> None:
        self._tokens: list[str] = _TOKEN.findall(pattern.removeprefix("./"))
        self._start = self._reached({0})
        self._kept: dict[tuple[Places, str], Places] = {}

    def matches(self, name: str) -> bool:
        places = self._start
        for character in name:
            if not places:
                return False
            after = self._kept.get((places, character))
            places = self._step(places, character) if after is None else after
        return len(self._tokens) in places

    def _step(self, places: Places, character: str) -> Places:
        """Where a character leads to."""
        found: set[int] = set()
        for place in places:
            if place < 0:  # Inside ``**/``: whatever ends in a slash is a number of folders.
                found |= {place, -place} if character == "/" else {place}
            elif place < len(self._tokens):
                found |= self._after(place, self._tokens[place], character)
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[places, character] = reached = self._reached(found)
        return reached

    def _after(self, place: int, token: str, character: str) -> set[int]:
        match token:
            case "**":
                return {place}
            case "**/":
                return {-place - 1, place + 1} if character == "/" else {-place - 1}
            case "*":
                return set() if character == "/" else {place}
            case "?":
                return set() if character == "/" else {place + 1}
            case _ if len(token) > 1:
                return {place + 1} if character != "/" and _is_in(character, token[1:-1]) else set()
            case _:
                return {place + 1} if character == token else set()

    def _reached(self, places: set[int]) -> Places:
        """The places, and those after each token that may stand for nothing."""
        found, todo = set(places), [place for place in places if place >= 0]
        while todo:
            place = todo.pop()
            if place < len(self._tokens) and self._tokens[place] in ("*", "**", "**/"):
                if place + 1 not in found:
                    todo.append(place + 1)
                found.add(place + 1)
        return frozenset(found)


def _is_in(character: str, members: str) -> bool:
    """Whether a set as written, without its brackets, takes the character; a range from z to a takes none."""
    negated = members[0] in "!^" and len(members) > 1
    rest = members[1:] if negated else members
    found = False
    while rest:
        if len(rest) > 2 and rest[1] == "-":
            found |= rest[0] <= character <= rest[2]
            rest = rest[3:]
        else:
            found |= character == rest[0]
            rest = rest[1:]
    return found is not negated

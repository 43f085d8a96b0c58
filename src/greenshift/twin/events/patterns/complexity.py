"""How complex the wildcards of one field are, and whether AWS would take them.

EventBridge reads a value once, whatever the number of its rules, and keeps every beginning of a wildcard that
what it has read so far may be. The complexity of a field is the largest number of beginnings that some value
makes it keep at once (README of aws/event-ruler, "Wildcard"; observed on AWS: more than ten are refused).
Repeating characters after a wildcard make it large, not wildcards as such.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

MAXIMUM_COMPLEXITY = 10
# Positions looked at before a field counts as too complex unseen; a pattern of 4,096 characters has room for
# wildcards that would take minutes to judge.
_MAXIMUM_WORK = 50_000

TOO_COMPLEX = (
    "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after "
    "a wildcard character"
)

Segments = tuple[str, ...]


class _Machine:
    """All wildcards of a field side by side, one bit for each position in each; a star's bit stays set."""

    def __init__(self, wildcards: Sequence[Segments]) -> None:
        self.first = self._stars = 0
        self._before_star = 0
        self._on: dict[str, int] = {}
        size = 0
        for segments in wildcards:
            size = self._add(segments, size)

    def _add(self, segments: Segments, start: int) -> int:
        """A position for the beginning, for each character, for each star; the text's end is a character."""
        self.first |= 1 << start
        at = start
        for number, segment in enumerate(segments):
            if number:
                self._before_star |= 1 << at
                at += 1
                self._stars |= 1 << at
            text = segment + "\0" if number == len(segments) - 1 else segment
            for character in text:
                at += 1
                self._on[character] = self._on.get(character, 0) | 1 << at
        return at + 1

    def begin(self) -> int:
        return self._closed(self.first)

    def steps(self, active: int) -> Iterator[int]:
        """What may be active after one more character: each that leads on, and any other."""
        reached = active << 1
        stay = active & self._stars
        if stay:
            yield stay
        for positions in self._on.values():
            if reached & positions & ~self._stars:
                yield self._closed(stay | reached & positions)

    def _closed(self, active: int) -> int:
        """A star may stand for nothing, so what comes before one is in it as well."""
        return active | (active & self._before_star) << 1


def is_too_complex(wildcards: Sequence[Segments]) -> bool:
    """Whether some value keeps more beginnings of these wildcards at once than AWS allows."""
    if not wildcards:
        return False
    machine = _Machine(wildcards)
    pending = [machine.begin()]
    seen = set(pending)
    work = 0
    while pending:
        for active in machine.steps(pending.pop()):
            work += 1
            if (active & ~machine.first).bit_count() > MAXIMUM_COMPLEXITY or work > _MAXIMUM_WORK:
                return True
            if active not in seen:
                seen.add(active)
                pending.append(active)
    return False

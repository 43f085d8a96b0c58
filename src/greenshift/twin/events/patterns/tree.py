"""What a pattern is made of: fields with matchers at the leaves, each matcher a test of one value."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

Segments = tuple[str, ...]
Leaf = str | float | int | bool | None
Comparison = Literal["=", "<", "<=", ">", ">="]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Matcher(Protocol):
    """A test of one value that is there."""

    def accepts(self, value: Leaf) -> bool: ...

    def wildcards(self) -> tuple[Segments, ...]:
        """The wildcards it is made of; of most kinds, none."""
        return ()


@dataclass(frozen=True)
class Exactly(Matcher):
    """The very value: true is not 1, but 1 is 1.0."""

    value: Leaf

    def accepts(self, value: Leaf) -> bool:
        is_same_kind = isinstance(value, bool) == isinstance(self.value, bool)
        return is_same_kind and value == self.value


@dataclass(frozen=True)
class StartsWith(Matcher):
    text: str
    ignores_case: bool = False

    def accepts(self, value: Leaf) -> bool:
        return isinstance(value, str) and _fold(value, self.ignores_case).startswith(
            _fold(self.text, self.ignores_case)
        )


@dataclass(frozen=True)
class EndsWith(Matcher):
    text: str
    ignores_case: bool = False

    def accepts(self, value: Leaf) -> bool:
        return isinstance(value, str) and _fold(value, self.ignores_case).endswith(
            _fold(self.text, self.ignores_case)
        )


@dataclass(frozen=True)
class EqualsIgnoringCase(Matcher):
    text: str

    def accepts(self, value: Leaf) -> bool:
        return isinstance(value, str) and _fold(value, True) == _fold(self.text, True)


@dataclass(frozen=True)
class Wildcard(Matcher):
    """``*`` stands for any characters; ``segments`` are the texts between the stars, in order."""

    text: str
    segments: Segments

    def accepts(self, value: Leaf) -> bool:
        """In one pass: each segment is taken where it first occurs, which leaves the most for the next."""
        if not isinstance(value, str):
            return False
        first, *middle = self.segments
        if not middle:
            return value == first
        last = middle.pop()
        if len(value) < len(first) + len(last) or not (value.startswith(first) and value.endswith(last)):
            return False
        at, end = len(first), len(value) - len(last)
        for segment in middle:
            at = value.find(segment, at, end)
            if at < 0:
                return False
            at += len(segment)
        return True

    def wildcards(self) -> tuple[Segments, ...]:
        return (self.segments,)


@dataclass(frozen=True)
class Bound:
    comparison: Comparison
    number: float


@dataclass(frozen=True)
class Numeric(Matcher):
    """A number within all bounds; a text that looks like a number is none."""

    bounds: tuple[Bound, ...]

    def accepts(self, value: Leaf) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return all(_COMPARE[bound.comparison](value, bound.number) for bound in self.bounds)


@dataclass(frozen=True)
class InNetwork(Matcher):
    network: Network

    def accepts(self, value: Leaf) -> bool:
        try:
            return isinstance(value, str) and ipaddress.ip_address(value) in self.network
        except ValueError:
            return False


@dataclass(frozen=True)
class AnythingBut(Matcher):
    """A value that none of the matchers accepts."""

    refused: tuple[Matcher, ...]

    def accepts(self, value: Leaf) -> bool:
        return not any(matcher.accepts(value) for matcher in self.refused)

    def wildcards(self) -> tuple[Segments, ...]:
        return tuple(segments for matcher in self.refused for segments in matcher.wildcards())


@dataclass(frozen=True)
class Exists(Matcher):
    """``expected`` False accepts no value at all: it is for the match to see that the field is absent."""

    expected: bool

    def accepts(self, value: Leaf) -> bool:
        return self.expected


@dataclass(frozen=True)
class AnyOf:
    """The leaf of a pattern: one of the matchers must accept one of the values.

    ``exact`` are the values given as they are, to be looked up at once however many there are; ``matchers``
    the rest. True is not 1, so a value stands there with its being a truth value.
    """

    exact: frozenset[tuple[bool, Leaf]]
    matchers: tuple[Matcher, ...]

    @classmethod
    def of(cls, matchers: Iterable[Matcher]) -> AnyOf:
        given = tuple(matchers)
        exact = frozenset(_told_apart(each.value) for each in given if isinstance(each, Exactly))
        return cls(exact, tuple(each for each in given if not isinstance(each, Exactly)))

    def accepts(self, value: Leaf) -> bool:
        return _told_apart(value) in self.exact or any(each.accepts(value) for each in self.matchers)

    def accepts_absence(self) -> bool:
        return any(isinstance(each, Exists) and not each.expected for each in self.matchers)


def _told_apart(value: Leaf) -> tuple[bool, Leaf]:
    return isinstance(value, bool), value


@dataclass(frozen=True)
class Pattern:
    """An object: every field must match, and one pattern of every ``$or``."""

    fields: tuple[tuple[str, AnyOf | Pattern], ...]
    alternatives: tuple[tuple[Pattern, ...], ...] = ()


_COMPARE: dict[Comparison, Callable[[float, float], bool]] = {
    "=": lambda value, number: value == number,
    "<": lambda value, number: value < number,
    "<=": lambda value, number: value <= number,
    ">": lambda value, number: value > number,
    ">=": lambda value, number: value >= number,
}


def _fold(text: str, ignores_case: bool) -> str:
    return text.casefold() if ignores_case else text

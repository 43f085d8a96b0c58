"""What a pattern is made of: fields with matchers at the leaves, each matcher a test of one value."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

Leaf = str | float | int | bool | None
Comparison = Literal["=", "<", "<=", ">", ">="]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Matcher(Protocol):
    """A test of one value that is there."""

    def accepts(self, value: Leaf) -> bool: ...


@dataclass(frozen=True)
class Exactly:
    """The very value: true is not 1, but 1 is 1.0."""

    value: Leaf

    def accepts(self, value: Leaf) -> bool:
        is_same_kind = isinstance(value, bool) == isinstance(self.value, bool)
        return is_same_kind and value == self.value


@dataclass(frozen=True)
class StartsWith:
    text: str
    ignores_case: bool = False

    def accepts(self, value: Leaf) -> bool:
        return isinstance(value, str) and _fold(value, self.ignores_case).startswith(
            _fold(self.text, self.ignores_case)
        )


@dataclass(frozen=True)
class EndsWith:
    text: str
    ignores_case: bool = False

    def accepts(self, value: Leaf) -> bool:
        return isinstance(value, str) and _fold(value, self.ignores_case).endswith(
            _fold(self.text, self.ignores_case)
        )


@dataclass(frozen=True)
class EqualsIgnoringCase:
    text: str

    def accepts(self, value: Leaf) -> bool:
        return isinstance(value, str) and _fold(value, True) == _fold(self.text, True)


@dataclass(frozen=True)
class Wildcard:
    """``*`` stands for any characters; ``regex`` is the compiled form of ``text``."""

    text: str
    regex: re.Pattern[str]

    def accepts(self, value: Leaf) -> bool:
        return isinstance(value, str) and self.regex.fullmatch(value) is not None


@dataclass(frozen=True)
class Bound:
    comparison: Comparison
    number: float


@dataclass(frozen=True)
class Numeric:
    """A number within all bounds; a text that looks like a number is none."""

    bounds: tuple[Bound, ...]

    def accepts(self, value: Leaf) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return all(_COMPARE[bound.comparison](value, bound.number) for bound in self.bounds)


@dataclass(frozen=True)
class InNetwork:
    network: Network

    def accepts(self, value: Leaf) -> bool:
        try:
            return isinstance(value, str) and ipaddress.ip_address(value) in self.network
        except ValueError:
            return False


@dataclass(frozen=True)
class AnythingBut:
    """A value that none of the matchers accepts."""

    refused: tuple[Matcher, ...]

    def accepts(self, value: Leaf) -> bool:
        return not any(matcher.accepts(value) for matcher in self.refused)


@dataclass(frozen=True)
class Exists:
    """``expected`` False accepts no value at all: it is for the match to see that the field is absent."""

    expected: bool

    def accepts(self, value: Leaf) -> bool:
        return self.expected


@dataclass(frozen=True)
class AnyOf:
    """The leaf of a pattern: one of the matchers must accept one of the values."""

    matchers: tuple[Matcher, ...]


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

"""Functions that serve another version than releases have left them on, though none is under way. Pure.

Whoever moved such an alias went past Greenshift, which then knows neither who it was nor why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from greenshift.contract.left_at import left_at
from greenshift.view.model import FunctionView, ReleaseView


@dataclass(frozen=True)
class Astray:
    """A function's key, the version that it serves whole, and the one that releases have left it on."""

    key: str
    version: str
    left: str

    def __str__(self) -> str:
        return f"{self.key} was moved by hand to version {self.version}; releases left it on {self.left}"


def astray(functions: Iterable[FunctionView], releases: Sequence[ReleaseView]) -> Iterator[Astray]:
    """``releases`` are the newest. Split traffic and a developer's working copy have words of their own."""
    for function in functions:
        if function.version and not (function.new_version or function.released):
            left = left_at(function.name, releases)
            if left is not None and left != function.version:
                yield Astray(function.key, function.version, left)

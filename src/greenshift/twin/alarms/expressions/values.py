"""What an expression computes: a number, a time series, or several series ("Data types" in the user guide).

A missing value is the absence of a point; a number that cannot be computed is ``Scalar(None)``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Scalar:
    value: float | None


@dataclass(frozen=True)
class Series:
    """Values by the start of their period; a time that has no value is not there."""

    period: int
    points: Mapping[float, float] = field(hash=False)


@dataclass(frozen=True)
class SeriesList:
    members: tuple[Series, ...]


@dataclass(frozen=True)
class Word:
    """A keyword or a text, which only some functions take."""

    text: str


Value = Scalar | Series | SeriesList | Word


def kind(value: Value) -> str:
    """What to call a value in an error."""
    names = {Scalar: "a number", Series: "a time series", SeriesList: "several time series", Word: "a word"}
    return names[type(value)]

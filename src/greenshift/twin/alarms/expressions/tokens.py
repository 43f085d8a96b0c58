"""Cuts the text of an expression into tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from greenshift.twin.alarms.expressions.errors import ExpressionError

Kind = Literal["number", "name", "text", "symbol", "end"]

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)
      | (?P<name>[A-Za-z][A-Za-z0-9_]*)
      | (?P<text>"[^"]*"|'[^']*')
      | (?P<symbol>&&|\|\||==|!=|<=|>=|[-+*/^<>(),\[\]])
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Token:
    kind: Kind
    text: str
    position: int


def tokens(source: str) -> Iterator[Token]:
    """All tokens and an ``end`` after them; the first character that fits nowhere is an error."""
    position = 0
    end = len(source.rstrip())
    while position < end:
        match = _TOKEN.match(source, position)
        if match is None:
            bad = position + len(source[position:]) - len(source[position:].lstrip())
            raise ExpressionError(f"Unexpected character {source[bad]!r}", bad)
        kind: Kind = match.lastgroup  # type: ignore[assignment]  # the groups are named after the kinds
        yield Token(kind, match[kind], match.start(kind))
        position = match.end()
    yield Token("end", "", end)

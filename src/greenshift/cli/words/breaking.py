"""Where a line may be broken: between two words, and never inside of what a person copies. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len, chop_cells
from rich.text import Text

_VALUE = r"(?:\"[^\"]*\"|[^\s;,()\[-][^\s;,()]*)"
_COMMAND = re.compile(
    rf"greenshift [a-z]+(?: --?[a-z][\w-]*(?:[ =]{_VALUE})?)*"  # its options
    rf"(?: {_VALUE}(?=$|[;,)]))?"  # and one argument, where nothing but a mark follows
)
_NUMBER_AND_UNIT = re.compile(r"\d (?:%|(?:s|ms|min|h|d|MB|GB)\b)")
_SHARES = re.compile(r"[\d.]+ % on version [^\s,]+(?:, [\d.]+ % on [^\s,]+)?")
_MOVE = re.compile(r"(?:[\w.-]+ )?\d+ → \d+")
_INSTALLATION = re.compile(r"pip install \S+")
_STATE_OF_ALARM = re.compile(r"alarm [✔✖·] \S+")
_GLUE = "\ue000"
"""For a space that no line is broken at: no space itself, and as wide as one."""
_WORD = re.compile(r"\s*\S+\s*")


def broken(text: Text, room: int, *, is_strict: bool, first: int | None = None) -> list[Text]:
    """The parts, at least one; ``first`` is the room of the first, if it has another. What is wider than its
    room stands on a line of its own, where the terminal breaks it and copies it whole; where it
    ``is_strict``, it is broken as well.
    """
    plain = _glued(text.plain, room if is_strict else None)
    parts = text.divide(_offsets(plain, room, room if first is None else first, is_strict))
    for part in parts:
        part.rstrip()
    return list(parts) or [Text()]


def _offsets(plain: str, room: int, left: int, is_strict: bool) -> Iterator[int]:
    """``left`` is the room of the line that is being filled."""
    column = 0
    for word in _WORD.finditer(plain):
        width = cell_len(word[0].rstrip())
        if column and column + width > left:
            yield word.start()
            column, left = 0, room
        if is_strict and width > left:
            *cut, last = chop_cells(word[0].rstrip(), left)
            at = word.start()
            for piece in cut:
                at += len(piece)
                yield at
                left = room
            column = cell_len(last) + len(word[0]) - len(word[0].rstrip())
        else:
            column += cell_len(word[0])


def _glued(text: str, most: int | None) -> str:
    for whole in (_COMMAND, _INSTALLATION, _SHARES, _MOVE, _NUMBER_AND_UNIT, _STATE_OF_ALARM):
        text = whole.sub(lambda found: _glue(found[0], most), text)
    return text


def _glue(text: str, most: int | None) -> str:
    return text if most is not None and cell_len(text) > most else text.replace(" ", _GLUE)

"""A tree as it stands on a screen: what does not fit on a line goes on below it, under its own branch.

Whoever draws anew over what was drawn must know how many lines that took, so no line may be wider than the
screen, and the terminal is left nothing to fold.
"""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from greenshift.cli.console.narrow_console import as_written
from greenshift.cli.words.tree import Line, Node, drawn
from greenshift.legible import legible

_LEAST = 8
"""Columns; on a narrower screen than that lines are cut where it ends."""


def folded(root: Node, on: Console) -> Text:
    """The tree, of which no line is wider than this console."""
    lines = [line for each in drawn(root) for line in _folded(each, on)]
    return Text("\n", no_wrap=False, overflow="fold").join(lines)


def fitted(markup: str, on: Console) -> Text:
    """The same of lines without branches, which go on at the left."""
    found = Text.from_markup(_as_seen(markup, on), overflow="fold")
    found.no_wrap = False
    return found


def hanging(markup: str, on: Console, under: int) -> Text:
    """A line that goes on, where it is too long for this console, at so many columns from the left."""
    return Text("\n", no_wrap=False, overflow="fold").join(_folded(Line("", markup, " " * under), on))


def _folded(line: Line, on: Console) -> list[Text]:
    lead, under = (Text(_as_seen(part, on)) for part in (line.lead, line.under))
    room = max(on.width - max(lead.cell_len, under.cell_len), _LEAST)
    parts = Text.from_markup(_as_seen(line.text, on)).wrap(on, room, overflow="fold", no_wrap=False)
    first, *more = parts or [Text()]
    for part in parts:
        part.rstrip()
    return [lead + first, *(under + part for part in more)]


def _as_seen(text: str, on: Console) -> str:
    """Each character as it is written: one that is replaced later may be of another width."""
    return as_written(legible(text), on.encoding)

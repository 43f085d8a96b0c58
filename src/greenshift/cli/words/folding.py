"""A tree as it stands on a screen: what does not fit on a line goes on below it, under its own branch.

Whoever draws anew over what was drawn must know how many lines that took, so no line may be wider than the
screen, and the terminal is left nothing to fold. A line that is only printed may have a word that is wider:
so it is copied whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from greenshift.cli.console.narrow_console import as_written
from greenshift.cli.words.breaking import broken
from greenshift.cli.words.tree import Line, Node, drawn
from greenshift.legible import legible

COLUMNS = 80
"""For what is written where no terminal says how wide it is."""
_LEAST = 8
"""Columns; on a narrower screen than that lines are cut where it ends."""
_STEP = 2
_TAB = 8
"""Columns from one tab stop of a terminal to the next."""
_MOST_LABEL = 12
_LABEL = re.compile(r"\s*[a-z]+: +(?=\S)")
"""What a line is about, as in ``    why:  text``: the text goes on below itself."""


def folded(root: Node, on: Console) -> Text:
    """The tree, of which no line is wider than this console."""
    lines = [line for each in drawn(root) for line in _folded(each, on)]
    return Text("\n", no_wrap=False, overflow="fold").join(lines)


def fitted(markup: str, on: Console) -> Text:
    """The same of lines without branches, which go on at the left."""
    found = _seen(markup, on)
    found.overflow, found.no_wrap = "fold", False
    return found


def hanging(markup: str, on: Console, under: int | None = None) -> Text:
    """A text for a terminal, of which each line that is too long goes on below between two words, at so many
    columns from the left; by default below its own text, or a little to the right of its beginning.
    """
    each = _seen(markup, on).split("\n", allow_blank=True)
    return Text("\n").join(part for line in each for part in _hung(line, on, under))


def quoted(text: Text, lead: str, on: Console) -> Text:
    """Somebody else's line after a mark that stands before all of it."""
    width = max(on.width - len(lead), _LEAST)
    parts = broken(_spaced(text.copy()), width, is_strict=False)
    return Text("\n").join(Text(lead).append_text(part) for part in parts)


def _hung(line: Text, on: Console, under: int | None) -> Iterator[Text]:
    if line.cell_len <= on.width:
        yield line
        return
    own = len(line.plain) - len(line.plain.lstrip())
    below = _below(line.plain, own) if under is None else under
    lead, text = line.divide([own])
    first, *more = broken(text, max(on.width - below, _LEAST), is_strict=False, first=on.width - own)
    yield lead + first
    yield from (Text(" " * below) + part for part in more)


def _below(line: str, own: int) -> int:
    label = _LABEL.match(line)
    return label.end() if label and label.end() - own <= _MOST_LABEL else own + _STEP


def _folded(line: Line, on: Console) -> list[Text]:
    lead, under = (Text(_as_seen(part, on)) for part in (line.lead, line.under))
    room = max(on.width - max(lead.cell_len, under.cell_len), _LEAST)
    first, *more = broken(_seen(line.text, on), room, is_strict=True)
    return [lead + first, *(under + part for part in more)]


def _seen(markup: str, on: Console) -> Text:
    return _spaced(Text.from_markup(_as_seen(markup, on)))


def _spaced(text: Text) -> Text:
    """Tabs as the columns they take: as tabs they are measured as one, and written as up to eight."""
    text.expand_tabs(_TAB)
    return text


def _as_seen(text: str, on: Console) -> str:
    """Each character as it is written: one that is replaced later may be of another width."""
    return as_written(legible(text), on.encoding)

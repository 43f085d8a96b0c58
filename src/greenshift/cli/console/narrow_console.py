"""For a console that cannot show every character (``LC_ALL=C``, an old code page): a plainer one instead."""

from __future__ import annotations

import codecs
import os
import sys
import unicodedata
from collections.abc import Iterable, Mapping
from typing import TextIO

_HANDLER = "greenshift.plainer"
_PLAINER = {
    "✔": "+", "✖": "x", "·": ".", "▸": ">", "↶": "<", "‖": "|", "→": "->", "…": "...", "—": "-",
    "\N{EN DASH}": "-",
    "“": '"', "”": '"', "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'", "█": "#", "░": ".", "├": "|", "└": "`", "│": "|", "─": "-",
    "\N{MULTIPLICATION SIGN}": "x", "±": "+-", "≥": ">=", "≤": "<=",
}  # fmt: skip


def make_room(streams: Iterable[TextIO | None] = (), environment: Mapping[str, str] = os.environ) -> None:
    """From now on a stream that cannot encode a character writes a plainer one, and never fails over it."""
    codecs.register_error(_HANDLER, _instead)
    is_ascii = wants_ascii(environment)
    for stream in streams or (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is None:
            continue
        if is_ascii:
            reconfigure(encoding="ascii", errors=_HANDLER)
        elif not _shows_all(getattr(stream, "encoding", None)):
            reconfigure(errors=_HANDLER)


def wants_ascii(environment: Mapping[str, str]) -> bool:
    """Whether a person asked for the locale of ASCII: Python takes that for UTF-8 [PEP 540], unless told."""
    is_told = bool(environment.get("PYTHONIOENCODING")) or environment.get("PYTHONUTF8") == "1"
    return environment.get("LC_ALL") in ("C", "POSIX") and not is_told


def as_written(text: str, encoding: str | None) -> str:
    """What a stream of this encoding makes of it, for whoever must know how much room it takes."""
    if encoding is None or _shows_all(encoding):
        return text
    return text.encode(encoding, _HANDLER).decode(encoding)


def _shows_all(encoding: str | None) -> bool:
    return (encoding or "utf-8").lower().replace("-", "").startswith("utf")


def plainer(text: str) -> str:
    """The same in ASCII: marks by their like, letters without their accents, anything else as ``?``."""
    return "".join(_plain(character) for character in text)


def _plain(character: str) -> str:
    if character.isascii():
        return character
    if character in _PLAINER:
        return _PLAINER[character]
    bare = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return bare or "?"


def _instead(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return plainer(error.object[error.start : error.end]), error.end

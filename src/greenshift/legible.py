"""Somebody else's text as characters a person sees, and nothing that acts on what shows them.

A commit message, an author, an alarm's reason or a line of a log may hold escape sequences (ECMA-48: colours
and cursor moves; OSC 52 writes the clipboard), C1 controls, which some terminals obey as well, and marks
that turn the direction of what follows (UAX 9), so that a line reads otherwise than it is. Line ends and
tabs stay.
"""

from __future__ import annotations

import re

UNSEEN = "\ufffd"
_ACTING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0, DEL and C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks of direction
    "\u2028\u2029]"  # line and paragraph separator
)


def legible(text: str) -> str:
    """The text with a replacement character for each character that would act instead of being seen."""
    return _ACTING.sub(UNSEEN, text)

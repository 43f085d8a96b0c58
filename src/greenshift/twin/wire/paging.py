"""Pages of a list, and their tokens: opaque to a client, and a place in the list to us.

Lambda and CodePipeline have pages of their own, whose tokens name an item: what is deleted or new between
two pages moves none of theirs.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")


class UnknownToken(ValueError):
    """A token we never gave; each service refuses it in its own words."""


def token_at(start: int) -> str:
    """The token of the page that begins at this place."""
    return base64.urlsafe_b64encode(f"from:{start}".encode()).decode()


def position(token: str | None) -> int:
    """Where a token points; 0 without one."""
    if token is None:
        return 0
    try:
        word, _, number = base64.urlsafe_b64decode(token).decode().partition(":")
        if word == "from" and (start := int(number)) >= 0:
            return start
    except (binascii.Error, UnicodeDecodeError, ValueError):
        pass
    raise UnknownToken(token)


def page(
    items: Sequence[Item], token: str | None, size: int, refusal: Callable[[], Exception]
) -> tuple[list[Item], str | None]:
    """The page a token stands for, and the token of the next if there is one.

    ``refusal`` makes what a service answers to a token it never gave.
    """
    try:
        start = position(token)
    except UnknownToken:
        raise refusal() from None
    end = start + size
    return list(items[start:end]), token_at(end) if end < len(items) else None

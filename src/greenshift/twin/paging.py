"""Page tokens of our services: opaque to a client, and a place in a list to us."""

from __future__ import annotations

import base64
import binascii


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

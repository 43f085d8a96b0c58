"""Pages of a list: a token says where the next one begins, and nothing else."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from greenshift.twin.alarms import errors

Item = TypeVar("Item")


def page(items: Sequence[Item], token: str | None, limit: int) -> tuple[Sequence[Item], str | None]:
    """The items a token stands for, and the token of the next page if there is one."""
    start = position(token)
    end = start + limit
    return items[start:end], token_at(end) if end < len(items) else None


def token_at(start: int) -> str:
    return base64.urlsafe_b64encode(f"from:{start}".encode()).decode()


def position(token: str | None) -> int:
    """Where a token points; a token we never gave is refused."""
    if token is None:
        return 0
    try:
        word, _, number = base64.urlsafe_b64decode(token).decode().partition(":")
        if word == "from":
            return int(number)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        pass
    raise errors.invalid_token()

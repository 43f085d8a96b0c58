"""Pages of a list: a token says where the next one begins, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from greenshift.twin import paging
from greenshift.twin.alarms import errors

Item = TypeVar("Item")


def page(items: Sequence[Item], token: str | None, limit: int) -> tuple[Sequence[Item], str | None]:
    """The items a token stands for, and the token of the next page if there is one."""
    start = position(token)
    end = start + limit
    return items[start:end], paging.token_at(end) if end < len(items) else None


def position(token: str | None) -> int:
    """Where a token points; a token we never gave is refused."""
    try:
        return paging.position(token)
    except paging.UnknownToken:
        raise errors.invalid_token() from None

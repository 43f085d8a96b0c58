"""Pages of a list: a token says where the next one begins, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from greenshift.twin.alarms import errors
from greenshift.twin.wire import paging

Item = TypeVar("Item")


def page(items: Sequence[Item], token: str | None, limit: int) -> tuple[list[Item], str | None]:
    return paging.page(items, token, limit, errors.invalid_token)


def position(token: str | None) -> int:
    """Where a token points; a token we never gave is refused."""
    try:
        return paging.position(token)
    except paging.UnknownToken:
        raise errors.invalid_token() from None

"""Pages of a list; a token is the id of the last item shown, so new items do not shift a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from greenshift.twin.codepipeline import errors

T = TypeVar("T")


def page(
    items: Sequence[T], identity: Callable[[T], str], size: int, token: str | None
) -> tuple[Sequence[T], str | None]:
    """One page, and the token of the next (None on the last)."""
    start = 0 if token is None else _after(items, identity, token)
    shown = items[start : start + size]
    is_last = start + size >= len(items)
    return shown, None if is_last else identity(shown[-1])


def _after(items: Sequence[T], identity: Callable[[T], str], token: str) -> int:
    for index, item in enumerate(items):
        if identity(item) == token:
            return index + 1
    raise errors.invalid_next_token()

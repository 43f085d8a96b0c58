"""Pages of a list: ``Marker`` says after which entry to go on, so deletions in between lose nothing."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import TypeVar

from greenshift.twin.awslambda import errors

Item = TypeVar("Item")

# API reference: "Note that ListFunctions returns a maximum of 50 items in each response, even if you set
# the number higher." Smaller pages could come any time, so clients must follow NextMarker anyway.
LARGEST_PAGE = 50


def page_of(
    items: Sequence[Item], key: Callable[[Item], str], marker: str | None, max_items: int | None
) -> tuple[list[Item], str | None]:
    """The entries after ``marker`` in the order given, and the marker of the next page."""
    start = 0
    if marker:
        last = _decoded(marker)
        start = next((i + 1 for i, item in enumerate(items) if key(item) == last), len(items))
    size = min(max_items or LARGEST_PAGE, LARGEST_PAGE)
    page = list(items[start : start + size])
    more = start + size < len(items)
    return page, _encoded(key(page[-1])) if more else None


def _encoded(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode()


def _decoded(marker: str) -> str:
    try:
        return base64.urlsafe_b64decode(marker.encode()).decode()
    except ValueError:
        raise errors.invalid("Marker is not one this service gave") from None

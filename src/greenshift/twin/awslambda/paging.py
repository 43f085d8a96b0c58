"""Pages of a list: ``Marker`` names the last entry seen, so deletions between two pages lose nothing."""

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
    """One page of the items in the order of ``key``, and the marker of the next page."""
    last = _decoded(marker) if marker else None
    rest = sorted((item for item in items if last is None or key(item) > last), key=key)
    size = min(max_items or LARGEST_PAGE, LARGEST_PAGE)
    page = rest[:size]
    return page, _encoded(key(page[-1])) if len(rest) > size else None


def _encoded(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode()


def _decoded(marker: str) -> str:
    try:
        return base64.b64decode(marker, altchars="-_", validate=True).decode()
    except ValueError:
        raise errors.invalid("Marker is not one this service gave") from None

"""What mkdocs must be told of our pages: it knows no second word where a block of commands opens."""

from __future__ import annotations

import re
from typing import Any

_FENCE = re.compile(r"^(\s*```sh) aws$", re.MULTILINE)
"""``sh aws``: commands that need an account; what runs a page's commands tells them apart by it."""


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Called by mkdocs with the text of each page."""
    return _FENCE.sub(r"\1", markdown)

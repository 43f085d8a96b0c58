"""What mkdocs must be told of our pages: it knows no second word where a block of commands opens."""

from __future__ import annotations

import re
from typing import Any

_FENCE = re.compile(r"^(\s*```sh) aws$", re.MULTILINE)
"""``sh aws``: commands that need an account; what runs a page's commands tells them apart by it."""
_PICTURE = re.compile(
    r'<picture><source [^>]*srcset="([^"]+)">\s*<img src="([^"]+)" alt="([^"]+)"></picture>'
)
"""A picture in two colours, as GitHub shows it: by what the reader's system is set to."""


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Called by mkdocs with the text of each page."""
    return _PICTURE.sub(_both, _FENCE.sub(r"\1", markdown))


def _both(picture: re.Match[str]) -> str:
    """The site's colours are chosen on the site: it hides the one that does not fit."""
    dark, light, words = picture.groups()
    return f"![{words}]({light}#only-light)![{words}]({dark}#only-dark)"

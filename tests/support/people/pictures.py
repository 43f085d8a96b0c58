"""The pictures in docs/images, taken of a real release that the tests watch (``make pictures``)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import FloatRect, Page

ROOT = Path(__file__).parents[3]
IMAGES = ROOT / "docs" / "images"
DRAWN_FROM = IMAGES / "drawn-from.txt"
_PAGE = ROOT / "src" / "greenshift" / "dashboard"
_UPPER_PART: FloatRect = {"x": 0, "y": 0, "width": 1280, "height": 1180}
_LOOKS = ("templates", "static", "charts", "screens", "words.py", "standing.py")


def take(name: str, pages: dict[str, Page]) -> None:
    """A picture of the page in each theme, docs/images/NAME-THEME.png; only when asked for by
    GREENSHIFT_PICTURES.
    """
    if not os.environ.get("GREENSHIFT_PICTURES"):
        return
    for theme, page in pages.items():
        page.evaluate("scrollTo(0, 0)")
        page.evaluate("toast.textContent = ''")  # what was just done is said upon the page for a while
        page.screenshot(
            path=IMAGES / f"{name}-{theme}.png", animations="disabled", full_page=True, clip=_UPPER_PART
        )
    DRAWN_FROM.write_text(looks() + "\n")


def looks() -> str:
    """Changes with whatever the page looks like: its templates, styles and scripts, its charts and words."""
    digest = hashlib.sha256()
    for path in sorted(path for name in _LOOKS for path in _files(_PAGE / name)):
        digest.update(path.relative_to(_PAGE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _files(place: Path) -> Iterator[Path]:
    """Without what Python compiles them to."""
    found = [place] if place.is_file() else place.rglob("*")
    return (path for path in found if path.is_file() and "__pycache__" not in path.parts)

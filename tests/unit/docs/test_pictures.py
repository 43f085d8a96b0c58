"""Pictures of the page show the page as it is."""

from __future__ import annotations

import re

from support.people.pictures import DRAWN_FROM, IMAGES, ROOT, looks

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_no_picture_is_older_than_the_page_it_shows() -> None:
    assert DRAWN_FROM.read_text().strip() == looks(), "the page looks different now: make pictures"


def test_every_picture_is_shown_and_every_picture_that_is_shown_is_there() -> None:
    shown = {
        name
        for page in PAGES
        for name in re.findall(r"images/([\w-]+\.png)", page.read_text(encoding="utf-8"))
    }
    there = {path.name for path in IMAGES.glob("*.png")}

    assert shown == there

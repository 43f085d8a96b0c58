"""Whatever people write, and however much of it: nothing leaves the window, nothing lies upon anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from support.people.chromium import executable
from support.people.page import serving
from support.stacks.told_stack import BEGAN, SCENES, retold, told_stack

from greenshift.view import Hours, Snapshot

LAYOUT = (Path(__file__).parents[1] / "support" / "people" / "layout.js").read_text()
WIDTHS = (390, 900, 1400, 1900)
_WORDS = " and then what people write goes on"
_RIGHT_TO_LEFT = "عُد إلى الإصدار السابق لأن المدفوعات تفشل "

FAST = Hours.of_twin(60.0, BEGAN.timestamp(), BEGAN.timestamp() + 40 * 86_400)
"""Both clocks stand side by side, with the day: as wide as times get."""
TEXTS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "10 characters": lambda text: text[:10],
    "80 characters": lambda text: (text + _WORDS * 3)[:80],
    "400 characters": lambda text: (text + _WORDS * 12)[:400],
    "one word": lambda text: (text.replace(" ", "_") + "0123456789abcdef" * 8)[:140],
    "right to left": lambda text: (_RIGHT_TO_LEFT * 3 + text)[:120],
}


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    executable()
    context = browser.new_context()
    yield context.new_page()
    context.close()


def screens_of(told: Snapshot, scene: str) -> list[str]:
    """Every screen there is; of the scenes that differ in what happens now, the one of that."""
    if scene != "went back":
        return ["/"]
    assert told.release is not None
    return [
        "/",
        f"/releases/{told.release.id}",
        "/functions",
        "/compare",
        f"/functions/{quote(told.functions[0].key, safe='')}",
        "/history",
        f"/logs?{urlencode({'source': f'function:{told.functions[0].key}'})}",
    ]


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("written", TEXTS)
def test_no_text_breaks_a_screen(page: Page, scene: str, written: str) -> None:
    told = retold(SCENES[scene](), TEXTS[written])
    faults: list[str] = []

    with serving(told_stack(told, hours=FAST)) as visitor:
        page.goto(visitor.server.url)
        page.wait_for_url(visitor.server.address)
        for screen in screens_of(told, scene):
            answer = page.goto(visitor.server.address.rstrip("/") + screen)
            assert answer is not None
            assert answer.ok, screen
            for theme in ("light", "dark"):
                page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
                for width in WIDTHS:
                    page.set_viewport_size({"width": width, "height": 900})
                    faults += [f"{screen} {width} {theme}: {each}" for each in page.evaluate(LAYOUT)]

    assert not faults, "\n".join(dict.fromkeys(faults))


@pytest.mark.parametrize("scene", SCENES)
def test_no_screen_keeps_anybody_out(page: Page, scene: str) -> None:
    """axe finds no violation, of any level, in either theme; nor on the page of an address that is none."""
    told, axe = SCENES[scene](), Axe()
    page.set_viewport_size({"width": 900, "height": 900})

    with serving(told_stack(told, hours=FAST)) as visitor:
        page.goto(visitor.server.url)
        page.wait_for_url(visitor.server.address)
        for screen in [*screens_of(told, scene), "/nothing-is-here"]:
            page.goto(visitor.server.address.rstrip("/") + screen)
            for theme in ("light", "dark"):
                page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
                found = axe.run(page).response["violations"]
                assert [(v["id"], v["nodes"][0]["html"]) for v in found] == [], (screen, theme)

"""Whatever people write, and however much of it: nothing leaves the window, nothing lies upon anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from support.people.chromium import executable
from support.people.page import Visitor, serving
from support.stacks.told_stack import (
    BEGAN,
    SCENES,
    at,
    building,
    retold,
    told_stack,
    undone,
    went_back,
    with_copies,
)
from support.stacks.told_view import between_of, head_of

from greenshift.view import Hours, Snapshot, Transition

LAYOUT = (Path(__file__).parents[1] / "support" / "people" / "layout.js").read_text()
WIDTHS = (390, 900, 1400, 1900)
THEMES = ("light", "dark")
_WORDS = " and then what people write goes on"
_RIGHT_TO_LEFT = "عُد إلى الإصدار السابق لأن المدفوعات تفشل "

FAST = Hours.of_twin(60.0, BEGAN.timestamp(), BEGAN.timestamp() + 40 * 86_400)
"""Both clocks stand side by side, with the day: as wide as times get."""
TEXTS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "names of four words": lambda text: text if " " in text else f"checkout-payments-webhook-{text}",
    "10 characters": lambda text: text[:10],
    "80 characters": lambda text: (text + _WORDS * 3)[:80],
    "400 characters": lambda text: (text + _WORDS * 12)[:400],
    "one word": lambda text: (text.replace(" ", "_") + "0123456789abcdef" * 8)[:140],
    "right to left": lambda text: (_RIGHT_TO_LEFT * 3 + text)[:120],
}
NOWHERE = "/nothing-is-here"
QUESTIONS = {"asking": 4, "shifting": 2, "went back": 2}
"""How many buttons of the first page ask before they do something."""

Judge = Callable[[Page, str], None]
"""Looks at the page as it is now; the text says where that is."""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    executable()
    context = browser.new_context()
    yield context.new_page()
    context.close()


@contextmanager
def visited(page: Page, told: Snapshot) -> Iterator[Visitor]:
    """The page of a told stack, with somebody in it."""
    between, head = between_of(told), head_of(told)
    stack = told_stack(told, hours=FAST, between=lambda *_: between, head=lambda: head)
    with serving(stack) as visitor:
        page.goto(visitor.server.url)
        page.wait_for_url(visitor.server.address)
        yield visitor


def screens_of(told: Snapshot) -> list[str]:
    """Every screen there is, and every question as a page of its own, as it is without script."""
    assert told.release is not None
    key = told.functions[0].key
    return [
        "/",
        f"/releases/{told.release.id}",
        "/functions",
        "/compare",
        f"/functions/{quote(key, safe='')}",
        "/history",
        f"/logs?{urlencode({'source': f'function:{key}'})}",
        "/confirm/release",
        "/confirm/rollback",
        *(f"/confirm/answer?{urlencode(each)}" for each in answers_of(told)),
        *([] if told.release.has_ended else [f"/confirm/abort?{urlencode({'id': told.release.id})}"]),
        NOWHERE,
    ]


def answers_of(told: Snapshot) -> list[dict[str, str]]:
    places = [
        {"execution": each.execution, "stage": each.stage, "action": each.action} for each in told.attention
    ]
    return [{**place, "answer": answer} for place in places for answer in ("yes", "no")]


def go_through(page: Page, visitor: Visitor, told: Snapshot, judge: Judge) -> None:
    """Every screen, then every question in its dialog."""
    for screen in screens_of(told):
        answer = page.goto(visitor.server.address.rstrip("/") + screen)
        assert answer is not None
        assert answer.ok == (screen != NOWHERE), screen
        if screen.startswith("/logs"):
            expect(page.locator("#log li").first).to_be_visible()
        if screen == "/compare":
            expect(page.locator(".commits li")).to_have_count(2)
        judge(page, screen)
    page.goto(visitor.server.address)
    for number in range(page.locator("a[data-dialog]").count()):
        link = page.locator("a[data-dialog]").nth(number)
        name = link.inner_text()
        link.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        judge(page, f"the dialog of {name}")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("written", TEXTS)
def test_no_text_breaks_a_screen(page: Page, scene: str, written: str) -> None:
    told = retold(SCENES[scene](), TEXTS[written])
    faults: list[str] = []
    judged: list[str] = []

    def judge(page: Page, place: str) -> None:
        judged.append(place)
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                faults.extend(f"{place} {width} {theme}: {each}" for each in page.evaluate(LAYOUT))

    with visited(page, told) as visitor:
        go_through(page, visitor, told, judge)

    assert not faults, "\n".join(dict.fromkeys(faults))
    assert sum(place.startswith("the dialog") for place in judged) == QUESTIONS[scene]


@pytest.mark.parametrize(
    ("scene", "said"),
    [(undone, ".stages-note"), (building, "#charts-title .muted"), (with_copies, ".live")],
    ids=["after a rollback", "while the next is built", "with working copies"],
)
@pytest.mark.parametrize("written", TEXTS)
def test_no_text_breaks_the_first_page_of_other_moments(
    page: Page, scene: Callable[[], Snapshot], said: str, written: str
) -> None:
    faults: list[str] = []
    with visited(page, retold(scene(), TEXTS[written])):
        expect(page.locator(said).first).to_be_visible()
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            faults.extend(f"{width}: {each}" for each in page.evaluate(LAYOUT))

    assert not faults, "\n".join(dict.fromkeys(faults))


@pytest.mark.parametrize("minute", [4.2, 6, 7.5])
@pytest.mark.parametrize("apart", [0.02, 0.5])
def test_no_word_of_a_mark_is_hidden_in_a_narrow_chart(page: Page, minute: float, apart: float) -> None:
    """Five marks, seconds or half a minute from one another, wherever they lie."""
    told = went_back()
    assert told.release is not None
    entered = ("SHIFTING", "ROLLING_BACK", "ROLLED_BACK", "FAILED")
    story = tuple(Transition(at(minute + apart * n), status, "") for n, status in enumerate(entered))
    noted = Transition(at(minute), "SHIFTING", "alarm shop-local-charge-errors: it fired", at(minute))
    release = replace(told.release, transitions=(*story, noted))
    words = {"shift begins", "alarm", "rollback", "all back", "failed"}

    page.set_viewport_size({"width": 390, "height": 900})
    with visited(page, replace(told, release=release)):
        assert page.evaluate(LAYOUT) == []
        for chart in page.locator(".chart").all():
            assert set(chart.locator(".event-word").all_text_contents()) == words


@pytest.mark.parametrize("scene", SCENES)
def test_no_screen_keeps_anybody_out(page: Page, scene: str) -> None:
    """axe finds no violation, of any level, in either theme; nor on the page of an address that is none."""
    told = SCENES[scene]()
    page.set_viewport_size({"width": 900, "height": 900})

    with visited(page, told) as visitor:
        go_through(page, visitor, told, lets_everybody_in)


def lets_everybody_in(page: Page, place: str) -> None:
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        found = Axe().run(page).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"]) for v in found] == [], (place, theme)


def test_the_pages_before_the_first_fit_and_keep_nobody_out(browser: Browser) -> None:
    """What somebody sees whose address lacks its token, and the page that takes the token."""
    told = SCENES["went back"]()
    context = browser.new_context()
    stranger = context.new_page()
    with serving(told_stack(told)) as visitor:
        answer = stranger.goto(visitor.server.address)
        assert answer is not None
        assert answer.status == 401
        fits_and_lets_in(stranger, "no token")

        # No content: the browser stays on the page that would go on by itself.
        stranger.route(visitor.server.address, lambda route: route.fulfill(status=204))
        stranger.goto(visitor.server.url)
        expect(stranger.get_by_role("link", name="Go on")).to_be_visible()
        fits_and_lets_in(stranger, "welcome")
    context.close()


def fits_and_lets_in(page: Page, place: str) -> None:
    lets_everybody_in(page, place)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(LAYOUT) == [], (place, width)

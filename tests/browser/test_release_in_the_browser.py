"""One release watched from 0 to 100 %, another on its way back, one approved by keyboard, one rolled back.

Each is watched in two browsers at once, light and dark; the tests tell one story, in their order.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from support.people.pictures import take
from support.stacks.shop import BAD, GOOD

Themes = dict[str, Page]

# Notes every share the page shows, as a visitor would see them one after the other.
WATCH = """() => {
  window.seen = [];
  const note = () => {
    const number = Number(document.querySelector(".figure .number")?.textContent);
    if (!Number.isNaN(number) && window.seen.at(-1) !== number) window.seen.push(number);
  };
  new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true });
  note();
}"""


# Where the alarm, the rollback, and each function's turning and being back lie in the chart of errors, in
# percent.
MOMENTS = """() => {
  const chart = document.querySelector(".turned").closest("svg");
  const word = (text) =>
    [...chart.querySelectorAll(".event-word")].find((each) => each.textContent.startsWith(text));
  const lines = (name) =>
    [...chart.querySelectorAll(name)].map((each) => parseFloat(each.getAttribute("x1")));
  return {
    alarm: parseFloat(word("alarm").getAttribute("x")),
    rollback: parseFloat(word("rollback").getAttribute("x")),
    turns: lines(".turns"),
    turned: lines(".turned"),
  };
}"""


def violations(page: Page) -> list[tuple[str, str]]:
    """What axe-core finds, of any level."""
    found = Axe().run(page).response["violations"]
    return [(v["id"], v["nodes"][0]["html"]) for v in found]


def assert_accessible(themes: Themes) -> None:
    for theme, page in themes.items():
        assert page.evaluate("document.documentElement.dataset.theme") == theme
        assert violations(page) == [], theme


def type_at(page: Page, name: str, keys: str = "Enter") -> None:
    """Tab to the link or button of this name, once it is there, and press: nobody needs a mouse."""
    expect(page.locator("a, button").get_by_text(name, exact=True).first).to_be_visible(timeout=60_000)
    for _ in range(200):
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            page.keyboard.press(keys)
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no Tab leads to {name!r}")


def expect_state(themes: Themes, title: str, word: str) -> None:
    for page in themes.values():
        expect(page.locator("#hero-title")).to_have_text(title, timeout=60_000)
        expect(page.locator(".hero .eyebrow .pill")).to_have_text(word, timeout=60_000)


def seen(page: Page) -> list[float]:
    numbers: list[float] = page.evaluate("window.seen")
    return numbers


def test_a_release_that_asks_is_approved_by_keyboard(themes: Themes, shop: Any) -> None:
    page = themes["light"]
    for each in themes.values():
        expect(each.locator(".ask")).to_contain_text("Ready to shift?", timeout=60_000)
    assert_accessible(themes)
    for each in themes.values():
        each.evaluate(WATCH)

    page.get_by_role("link", name="Approve…").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert page.evaluate("document.activeElement.textContent") == "Approve…"
    page.keyboard.press("Enter")
    expect(dialog.get_by_label("Comment")).to_be_focused()
    page.keyboard.type("looks good")
    page.keyboard.press("Enter")

    expect(page.locator("#toast")).to_have_text("Approve was approved.")
    for each in themes.values():
        expect(each.locator(".ask")).to_have_count(0)


def test_the_approved_release_is_watched_to_all_of_the_traffic(themes: Themes, shop: Any) -> None:
    expect_state(themes, "Second", "shifting")
    assert_accessible(themes)
    for page in themes.values():
        expect(page.locator(".step-word")).to_contain_text("step 3 of 4", timeout=60_000)
    take("release", themes)
    expect_state(themes, "Second", "succeeded")

    for page in themes.values():
        expect(page.locator(".figure .number")).to_have_text("100")
        assert seen(page)[0] == 0
        assert seen(page)[-1] == 100
        assert seen(page) == sorted(seen(page)), "it never goes back"
        assert len(seen(page)) > 3, "it goes step by step"
        expect(page.locator(".lanes tbody tr")).to_have_count(2)
        expect(page.locator("[data-part=said]")).to_contain_text("succeeded")
    assert shop.serves() == ["3", "3"]


def test_a_bad_release_is_watched_on_its_way_back(themes: Themes, shop: Any) -> None:
    shop.commit("Remember recent payments", charge=BAD, refund=GOOD + "\n")
    page = themes["dark"]
    type_at(page, "Release…")
    type_at(page, "Release")
    expect(page.locator("#toast")).to_contain_text("has started")
    type_at(page, "Approve…")
    type_at(page, "Approve")
    expect_state(themes, "Remember recent payments", "rolled back")

    for each in themes.values():
        expect(each.locator(".hero .reason")).to_contain_text("charge: alarm shop-local-charge-errors fired")
        expect(each.locator("#charts-title .key")).to_have_text("charge")
        expect(each.locator(".event-word.back").first).to_have_text(re.compile("^rollback"))
        expect(each.locator(".event-word.bad").first).to_have_text("alarm")
        expect(each.locator(".mixed")).to_have_count(1)
        expect(each.locator(".turns")).to_have_count(2)
        expect(each.locator(".turned")).to_have_count(2)
        found = each.evaluate(MOMENTS)
        assert found["alarm"] <= found["rollback"] <= min(found["turns"]), "what fired, then who turned"
        assert all(turn <= back for turn, back in zip(found["turns"], found["turned"], strict=True))
        assert found["turned"] == sorted(found["turned"]), "then who was back, the first one first"
        expect(each.locator(".totals")).to_contain_text("calls failed")
        expect(each.locator(".limit-word")).to_have_text("alarm above 5 %")
        expect(each.locator(".figure")).to_contain_text("on version 3 again")
        expect(each.locator("[data-part=live]")).to_contain_text("charge version 3")
    assert_accessible(themes)
    take("rollback", themes)
    assert shop.serves() == ["3", "3"]


def test_a_release_that_shifts_is_stopped_by_hand_and_goes_back(themes: Themes, shop: Any) -> None:
    shop.commit("Forget payments", charge=GOOD + "# 4")
    page = themes["light"]
    type_at(page, "Release…")
    type_at(page, "Release")
    type_at(page, "Approve…")
    type_at(page, "Approve")

    expect_state(themes, "Forget payments", "shifting")
    expect(page.locator(".step-word")).to_contain_text("of 4, ")
    type_at(page, "Stop and go back…")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_contain_text("Stop")
    expect(dialog).to_contain_text("charge: ")
    expect(dialog.get_by_label("Why")).to_be_focused()
    page.keyboard.type("not today")
    assert violations(page) == []
    type_at(page, "Stop and go back")

    expect_state(themes, "Forget payments", "rolled back")
    expect(page.locator(".hero .reason")).to_contain_text("aborted by Grace Hopper")
    assert shop.serves() == ["3", "3"]


def test_what_is_live_is_rolled_back_with_a_reason(themes: Themes, shop: Any) -> None:
    page = themes["dark"]
    type_at(page, "Roll back…")
    dialog = page.get_by_role("dialog")
    type_at(page, "Roll back")
    assert dialog.get_by_label("Why").evaluate("field => field.validity.valueMissing"), (
        "a reason is asked for"
    )
    expect(dialog.get_by_label("Why")).to_be_focused()
    page.keyboard.type("refunds fail")
    assert violations(page) == []
    type_at(page, "Roll back")

    expect_state(themes, "Rollback", "succeeded")
    for each in themes.values():
        expect(each.locator(".hero")).to_contain_text("“refunds fail”")
        expect(each.locator(".hero")).to_contain_text("by Grace Hopper")
        expect(each.locator(".releases li").first).to_contain_text("refunds fail")
    assert shop.serves() == ["2", "2"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_other_page_is_accessible_and_fits_a_phone(themes: Themes, shop: Any, theme: str) -> None:
    page = themes[theme]
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("", "functions", "functions/charge", "history", "compare", "logs?source=function:charge"):
        page.goto(shop.visitor.server.address + path)
        expect(page.locator("#pulse")).to_have_attribute("data-state", "live")
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.goto(shop.visitor.server.address + "history")
    page.get_by_role("link", name="Remember recent payments").click()
    expect(page.locator(".timeline li")).not_to_have_count(0)
    expect(page.locator(".timeline")).to_contain_text("rolled back")
    assert violations(page) == []


def test_the_history_is_filtered(themes: Themes, shop: Any) -> None:
    page = themes["light"]
    page.goto(shop.visitor.server.address + "history")
    page.get_by_label("Ended").select_option("ROLLED_BACK")
    page.get_by_role("button", name="Filter").click()

    expect(page.locator(".releases li")).to_have_count(2)
    page.get_by_label("Ended").select_option("")
    page.get_by_label("Text").fill("REFUNDS FAIL")
    page.keyboard.press("Enter")
    expect(page.locator(".releases li")).to_have_count(1)
    expect(page.locator(".releases li")).to_contain_text("Rollback")


def test_logs_of_builds_and_functions_are_shown_as_they_are_printed(themes: Themes, shop: Any) -> None:
    page = themes["light"]
    page.goto(shop.visitor.server.address + "logs?source=function:refund")
    lines = page.locator("#log li")
    expect(lines.first).to_be_visible()
    expect(page.locator("#log")).to_contain_text("served {'customer': 1}")
    before = page.locator("#log-state").inner_text()
    expect(page.locator("#log-state")).not_to_have_text(before)  # more came by itself
    page.get_by_label("Only lines with").fill("START")
    expect(page.locator("#log li:not([hidden])").first).to_contain_text("START")
    expect(page.locator("#log li:not([hidden])", has_text="served")).to_have_count(0)

    page.locator(".sources a", has_text=re.compile(r"Build \d+ of")).first.click()
    expect(page.locator("#log-state")).to_have_text(re.compile("the log has ended"))
    expect(page.locator("#log li").first).to_be_visible()


def test_colours_can_be_chosen_and_stay_chosen(themes: Themes, shop: Any) -> None:
    page = themes["light"]
    page.goto(shop.visitor.server.address)
    switch = page.get_by_role("button", name="Dark colours")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "true")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    switch.click()
    assert page.evaluate("document.documentElement.dataset.theme") == "light"


def test_nothing_moves_for_those_who_do_not_want_it(themes: Themes, shop: Any) -> None:
    page = themes["dark"]
    page.goto(shop.visitor.server.address)
    moving = "getComputedStyle(document.querySelector('.part')).transitionDuration"

    assert page.evaluate(moving) == "0.8s"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(moving) == "0s"


def test_without_script_pages_and_deeds_work(browser: Any, shop: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(shop.visitor.server.url)
    page.wait_for_url(shop.visitor.server.address)
    expect(page.get_by_role("link", name="Release…")).to_be_visible()
    # A rollback made the first release live again: nothing is before it, so none is offered.
    expect(page.get_by_role("link", name="Roll back…")).to_have_count(0)
    page.goto(f"{shop.visitor.server.address}confirm/rollback")
    expect(page.get_by_role("heading", name="was the first of charge, refund")).to_be_visible()
    page.goto(shop.visitor.server.address)
    expect(page.locator("#hero-title")).to_have_text("Rollback")
    context.close()

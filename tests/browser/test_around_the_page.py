"""What is seen before the first screen, beside all screens, and after the last answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from support.people.chromium import executable
from support.people.page import serving
from support.stacks.told_stack import shifting, told_stack

_LONGER_THAN_A_SILENCE = 20_000
"""Milliseconds of the browser's clock."""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    executable()
    context = browser.new_context()
    yield context.new_page()
    context.close()


def test_the_page_that_takes_the_token_says_what_opens_and_what_happened(page: Page) -> None:
    with serving(told_stack(shifting())) as visitor:
        # No content: the browser stays on the page that would go on by itself.
        page.route(visitor.server.address, lambda route: route.fulfill(status=204))
        page.goto(visitor.server.url)

        expect(page.get_by_role("heading")).to_have_text("Opening shop-local")
        expect(page.locator("main")).to_contain_text("the pipeline shop-local, stack local")
        expect(page.locator("main")).to_contain_text("the address goes on without it")
        page.unroute(visitor.server.address)
        page.get_by_role("link", name="Go on to the dashboard").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Round to cents, not to euros")


def test_an_address_that_is_none_leads_on_by_one_link(page: Page) -> None:
    with serving(told_stack(shifting())) as visitor:
        page.goto(visitor.server.url)
        page.wait_for_url(visitor.server.address)
        page.goto(f"{visitor.server.address}functions/nobody")

        expect(page.get_by_role("link")).to_have_text(["See all functions"])
        page.get_by_role("link").click()
        page.wait_for_url(f"{visitor.server.address}functions")


def test_a_page_that_nobody_answers_any_more_says_that_it_may_be_old(page: Page) -> None:
    page.clock.install()
    with serving(told_stack(shifting())) as visitor:
        page.goto(visitor.server.url)
        page.wait_for_url(visitor.server.address)
        expect(page.locator("#pulse")).to_have_attribute("data-state", "live")
        expect(page.get_by_role("alert")).to_be_hidden()

    page.clock.fast_forward(_LONGER_THAN_A_SILENCE)

    expect(page.get_by_role("alert")).to_contain_text("not connected any more: what it shows may be old")
    expect(page.locator("#pulse-word")).to_have_text("not up to date")

"""The documentation as a site: found by a word, with colours that can be read, and it asks nobody else."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]
OURS = ["color-contrast", "link-in-text-block", "image-alt", "heading-order"]
"""What our colours and pages answer for; dialogs and landmarks are the theme's."""
MKDOCS = ROOT / ".venv-docs" / "bin" / "mkdocs"


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing of it."""

    def log_message(self, format: str, *values: object) -> None:
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the pages, built as `make site` builds them."""
    assert MKDOCS.exists(), "the site's builder is not installed: make .venv-docs/.ready"
    folder = tmp_path_factory.mktemp("site")
    subprocess.run(
        [str(MKDOCS), "build", "--quiet", "--site-dir", str(folder)], cwd=ROOT, check=True, timeout=300,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )  # fmt: skip
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.set_default_timeout(120_000)
    yield page
    page.close()


def test_a_page_is_found_by_a_word_in_it(site: str, page: Page) -> None:
    page.goto(f"{site}/index.html")
    page.keyboard.press("/")  # the site's own key for its search
    page.keyboard.type("NotReleasedYet")

    found = page.locator(".md-search-result__link").first
    found.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    page.wait_for_url(lambda url: "index.html" not in url)
    assert "NotReleasedYet" in page.locator("article").inner_text()


def test_the_site_asks_no_other_host(site: str, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(f"{site}/releases.html", wait_until="networkidle")

    assert asked
    assert [url for url in asked if not url.startswith((site, "data:", "blob:"))] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_are_in_the_colours_of_the_site(site: str, browser: Browser, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{site}/dashboard.html")
    shown = [
        each.evaluate("image => new URL(image.src).pathname")
        for each in page.locator("article img").all()
        if each.is_visible()
    ]

    assert shown == [f"/images/release-{scheme}.png", f"/images/rollback-{scheme}.png"]
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["index", "tutorial", "settings"])
def test_everybody_can_read_it(site: str, browser: Browser, name: str, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{site}/{name}.html")
    found = Axe().run(page, "article", {"runOnly": OURS}).response["violations"]
    context.close()

    told = [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"][:2]]
    assert told == []

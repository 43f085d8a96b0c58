"""A page of somebody else, in a real browser, tries everything on a twin that runs beside it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from support.people.foreign_page import ATTACK, EVIL, SERVICES, calls, deceived_browser, evil_server, furnish

from greenshift.testing import RunningTwin, start_twin


@pytest.fixture(scope="module")
def evil() -> Iterator[str]:
    with evil_server() as origin:
        yield origin


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with deceived_browser() as chromium:
        yield chromium


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.set_default_timeout(30_000)
    yield page
    page.close()


@pytest.fixture(scope="module")
def twin() -> Iterator[RunningTwin]:
    with start_twin(services=SERVICES) as running:
        furnish(running)
        yield running


def test_a_foreign_page_gets_nothing_and_does_nothing(twin: RunningTwin, page: Page, evil: str) -> None:
    before = calls(twin)
    page.goto(evil)
    got = page.evaluate(ATTACK, twin.endpoint)

    assert {name: answer for name, answer in got.items() if answer.startswith("read")} == {}
    assert len(got) == 17
    assert calls(twin) == before
    assert twin.client("iam").list_roles()["Roles"][0]["RoleName"] == "ours"
    assert [each["FunctionName"] for each in twin.client("lambda").list_functions()["Functions"]] == ["ours"]


def test_neither_does_a_name_of_its_own_that_leads_to_this_machine(
    twin: RunningTwin, page: Page, evil: str
) -> None:
    """DNS rebinding: the page has the twin's own port, so that for the browser both are one origin."""
    rebound = f"http://{EVIL}:{twin.twin.port}"
    page.route(
        f"{rebound}/attack", lambda route: route.fulfill(body="<body></body>", content_type="text/html")
    )
    before = calls(twin)
    page.goto(f"{rebound}/attack")
    got = page.evaluate(ATTACK, rebound)

    read = {name: answer for name, answer in got.items() if answer.startswith("read")}
    assert {answer[:9] for answer in read.values()} == {"read: 403"}, "same origin: it reads refusals"
    assert not any("hunter2" in answer or "arn:" in answer for answer in got.values())
    assert calls(twin) == before


def test_a_link_that_a_person_follows_performs_nothing(twin: RunningTwin, page: Page, evil: str) -> None:
    signed = twin.client("iam").generate_presigned_url(
        "create_role", Params={"RoleName": "followed", "AssumeRolePolicyDocument": "{}"}
    )
    page.goto(evil)
    page.evaluate("(address) => { location = address }", signed)
    page.wait_for_url(f"{twin.endpoint}/**")
    assert "AccessDenied" in page.content()

    page.goto(signed)  # typed into the address bar
    assert "AccessDenied" in page.content()
    assert [each["RoleName"] for each in twin.client("iam").list_roles()["Roles"]] == ["ours"]


def test_a_document_in_a_bucket_does_not_speak_as_the_twin(twin: RunningTwin, page: Page) -> None:
    """Opened by the person who was asked to: a presigned address of somebody's upload."""
    script = (
        "<title>ready</title><script>fetch('/_twin/calls').then(a => a.text())"
        ".then(t => document.title = 'read ' + t, e => document.title = 'failed')</script>"
    )
    s3 = twin.client("s3")
    s3.put_object(Bucket="private", Key="upload.html", Body=script.encode(), ContentType="text/html")
    where = {"Bucket": "private", "Key": "upload.html"}
    page.goto(s3.generate_presigned_url("get_object", Params=where))

    page.wait_for_load_state("networkidle")
    assert page.title() in ("ready", "failed")

"""Who may speak to the page, and what every answer carries."""

from __future__ import annotations

import pytest
from support.people.page import Visitor, parse, text

PATHS = ("/", "/functions", "/history", "/logs", "/snapshot.json", "/live/", "/lines?source=controller",
         "/confirm/release")  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_without_the_token_nothing_is_told(visitor: Visitor, path: str) -> None:
    for cookie in ("", f"{visitor.server.key.cookie}=wrong", "greenshift=x"):
        assert visitor.get(path, Cookie=cookie).status == 401


@pytest.mark.parametrize("path", ["/actions/release", "/actions/release?token={token}", "/actions/nothing"])
@pytest.mark.parametrize("cookie", ["", "wrong"])
def test_without_the_token_nothing_is_changed(visitor: Visitor, path: str, cookie: str) -> None:
    """The token of an address is for looking: a form of somebody else could carry it along."""
    known = f"{visitor.server.key.cookie}={cookie}" if cookie else ""
    reply = visitor.post(path.format(token=visitor.server.key.token), {}, Cookie=known)

    assert (reply.status, reply.json["error"]["code"]) == (401, "no-token")


def test_a_wrong_token_in_the_address_is_refused_even_with_the_cookie(visitor: Visitor) -> None:
    assert visitor.get("/?token=wrong").status == 401


def test_the_page_that_lacks_its_token_says_what_to_do(visitor: Visitor) -> None:
    reply = visitor.get("/", Cookie="")

    assert "greenshift dashboard" in text(reply.tree)
    assert "Set-Cookie" not in reply.headers


def test_the_printed_address_gives_a_cookie_no_other_site_can_send_or_read(visitor: Visitor) -> None:
    welcome = visitor.get(f"/history?status=FAILED&token={visitor.server.key.token}", Cookie="")

    assert welcome.status == 200
    cookie = welcome.headers["Set-Cookie"]
    assert cookie.startswith(f"greenshift_{visitor.server.port}={visitor.server.key.token};")
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    refresh = welcome.tree.find(".//meta[@http-equiv]")
    assert refresh is not None
    assert refresh.attrib["content"] == "0;url=/history?status=FAILED"


@pytest.mark.parametrize("path", ["//evil.example/", "/%5cevil.example/", "///evil.example"])
def test_the_way_on_from_the_token_stays_on_this_page(visitor: Visitor, path: str) -> None:
    welcome = visitor.get(f"{path}?token={visitor.server.key.token}")

    for element in parse(welcome.text).iter():
        target = element.attrib.get("content", "").partition("url=")[2] or element.attrib.get("href", "/")
        assert not target.startswith(("//", "/\\", "http"))


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost:1", ""])
def test_a_foreign_name_for_this_machine_is_refused(visitor: Visitor, host: str) -> None:
    assert visitor.get("/snapshot.json", Host=host or "x").status == 403


def test_localhost_is_a_name_of_this_machine(visitor: Visitor) -> None:
    assert visitor.get("/snapshot.json", Host=f"localhost:{visitor.server.port}").status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": ""},
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
def test_what_changes_something_comes_from_our_own_pages_only(
    visitor: Visitor, headers: dict[str, str]
) -> None:
    reply = visitor.post("/actions/release", {}, **headers)

    assert (reply.status, reply.json["error"]["code"]) == (403, "refused")
    assert "does not come from a page of the dashboard" in reply.json["error"]["message"]


@pytest.mark.parametrize("path", [*PATHS[:5], "/static/base.css", "/nowhere", "/confirm/nothing"])
def test_every_answer_forbids_what_is_not_the_pages_own(visitor: Visitor, path: str) -> None:
    headers = visitor.get(path).headers

    policy = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "path", ["/", "/functions", "/functions/f001", "/history", "/logs?source=controller"]
)
def test_pages_have_no_script_or_style_of_their_own_and_fetch_from_nowhere_else(
    visitor: Visitor, path: str
) -> None:
    for element in visitor.get(path).tree.iter():
        assert element.tag != "style"
        assert element.tag != "script" or element.attrib["src"].startswith("/static/")
        for name, value in element.attrib.items():
            assert name != "style"
            assert not name.startswith("on")
            assert name not in ("src", "href", "action") or value.startswith(("/", "#", "?"))
            assert not value.startswith("//")

"""Who may speak to a server of ours, judged by what a request's head tells."""

from __future__ import annotations

import pytest

from greenshift import loopback
from greenshift.loopback import Head, Objection

OWN = loopback.names(4566)


def judged(**told: str) -> Objection | None:
    headers = {"Host": "127.0.0.1:4566", **{name.replace("_", "-"): value for name, value in told.items()}}
    return loopback.objection(loopback.head(headers.items()), OWN, {"http://localhost:3000"})


@pytest.mark.parametrize("host", ["127.0.0.1:4566", "localhost:4566", "LOCALHOST:4566"])
def test_a_program_on_this_machine_is_let_in(host: str) -> None:
    assert judged(Host=host) is None


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example", "evil.example:4566", "127.0.0.1", "127.0.0.1:4567", "localhost", "localhost.:4566",
        "127.0.0.1.evil.example:4566", "evil.example:4566,127.0.0.1:4566", "0.0.0.0:4566", "127.0.0.1:4566 ",
        "user@127.0.0.1:4566",
    ],
)  # fmt: skip
def test_a_name_that_is_not_ours_is_refused_whatever_it_resolves_to(host: str) -> None:
    assert judged(Host=host) is Objection.HOST


def test_on_https_own_port_a_name_needs_no_port() -> None:
    assert loopback.names(80) == {"127.0.0.1:80", "127.0.0.1", "localhost:80", "localhost"}


@pytest.mark.parametrize("site", ["none", "same-origin"])
def test_the_persons_own_browser_and_our_own_pages_are_let_in(site: str) -> None:
    assert judged(Sec_Fetch_Site=site) is None
    assert judged(Sec_Fetch_Site=site, Origin="http://127.0.0.1:4566") is None


@pytest.mark.parametrize(
    "origin",
    [
        "null", "http://evil.example", "https://127.0.0.1:4566", "http://127.0.0.1:4567", "http://127.0.0.1",
        "http://127.0.0.1:4566.evil.example", "127.0.0.1:4566/x", "chrome-extension://abc", "file://",
        "http://http://127.0.0.1:4566", "http://127.0.0.1:4566, http://evil.example",
    ],
)  # fmt: skip
def test_a_page_of_somebody_else_is_refused(origin: str) -> None:
    assert judged(Origin=origin) is Objection.ORIGIN
    assert judged(Origin=origin, Sec_Fetch_Site="same-origin") is Objection.ORIGIN


@pytest.mark.parametrize(
    "site", ["cross-site", "same-site", "CROSS-SITE", "something-new", "none,cross-site"]
)
def test_what_a_page_of_somebody_else_caused_is_refused_without_an_origin_too(site: str) -> None:
    assert judged(Sec_Fetch_Site=site) is Objection.SITE


def test_an_origin_let_in_by_name_comes_in_from_its_other_site_but_under_our_name_only() -> None:
    assert judged(Origin="http://localhost:3000", Sec_Fetch_Site="cross-site") is None
    assert judged(Origin="http://localhost:3000", Host="evil.example:4566") is Objection.HOST
    assert judged(Origin="http://localhost:3001") is Objection.ORIGIN


def test_a_header_that_stands_twice_is_neither_of_both() -> None:
    twice = [
        ("Host", "127.0.0.1:4566"),
        ("Origin", "http://127.0.0.1:4566"),
        ("ORIGIN", "http://evil.example"),
    ]

    assert loopback.head(twice) == Head("127.0.0.1:4566", "http://127.0.0.1:4566,http://evil.example")
    assert loopback.objection(loopback.head(twice), OWN) is Objection.ORIGIN

"""A release in a list and on its own page: what took it back later, and whether it is live."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from greenshift.dashboard.render import render
from greenshift.view import ReleaseView

RELEASE = ReleaseView(
    "3f2a91c0-1", "SUCCEEDED", "0123456789ab", "Lower the fee", "t", "2026-11-23T16:50:57.123Z",
    "2026-11-23T16:55:57.123Z", "", "", (), (),
)  # fmt: skip
ROLLBACK = "rollback-9b1c44aa-1111"


def drawn(template: str, release: ReleaseView, live: object = "", **more: object) -> str:
    given: dict[str, Any] = {
        "execution": None,
        "build": "",
        "read_only": False,
        "live": live,
        "begun": "",
        "is_live": False,
        "is_served": False,
        "has_earlier": False,
        **more,
    }
    return render(f"parts/{template}.html", releases=[release], release=release, id=release.id, **given)


@pytest.mark.parametrize("template", ["releases", "release-head"])
def test_a_release_that_was_taken_back_leads_to_the_rollback(template: str) -> None:
    undone = drawn(template, replace(RELEASE, undone_by=ROLLBACK))

    assert f'<a href="/releases/{ROLLBACK}">' in undone
    assert "9b1c44aa" in undone
    assert "ndone by" not in drawn(template, RELEASE)


def test_what_a_release_offers_is_what_can_be_done() -> None:
    old, live = (
        drawn("release-head", RELEASE, is_served=is_served, has_earlier=has_earlier)
        for is_served, has_earlier in ((False, True), (True, False))
    )

    assert ("Roll back to this…" in old, "Compare…" in old) == (True, True)
    assert ("Roll back to this…" in live, "Compare…" in live) == (False, False)


def test_the_release_that_is_live_says_so_in_a_list() -> None:
    assert "</svg>succeeded, live</span>" in drawn("releases", RELEASE, live=RELEASE)
    assert "</svg>succeeded</span>" in drawn("releases", RELEASE, live=replace(RELEASE, id="another"))

"""Every build of a release, with what its tests told, and all builds to choose a log from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.people.page import Visitor, serving, text, texts
from support.stacks.told_stack import told_stack, went_back

TOLD = went_back()


@pytest.fixture(scope="module")
def visitor() -> Iterator[Visitor]:
    with serving(told_stack(TOLD)) as found:
        yield found


def test_a_releases_page_shows_each_build_and_the_tests_that_failed(visitor: Visitor) -> None:
    tree = visitor.get(f"/releases/{TOLD.ledger.releases[0].id}").tree
    [card] = [each for each in tree.iter("section") if each.get("aria-labelledby") == "builds-title"]

    assert [text(each) for each in card.findall(".//p/a")] == ["Build 2", "Build 1"]
    assert card.findall(".//p/a")[1].get("href") == "/logs?source=build%3Ashop-local%3A1"
    assert "11 of 12 passed, 1 skipped" in text(card)
    assert "10 of 12 passed, 1 failed, 1 skipped" in text(card)
    assert [each.startswith("Round to cents") for each in texts(card, ".//li")] == [True]


def test_the_logs_offer_every_build_and_say_which_failed(visitor: Visitor) -> None:
    tree = visitor.get("/logs").tree
    found = [each for each in texts(tree, ".//nav//li/a") if each.startswith("Build")]

    assert len(found) == 2 * len(TOLD.ledger.releases)
    assert found[:2] == [
        "Build 2 of 3f9d2c1a Round to cents, not to euros",
        "Build 1 failed of 3f9d2c1a Round to cents, not to euros",
    ]

"""What a page refuses to do. What it does is done in tests/browser, on a real twin."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.people.page import Visitor, serving, text
from support.stacks.big_stack import BigStack
from support.stacks.watched import big_stack

DEEDS = ("release", "rollback", "answer", "abort")


@pytest.fixture(scope="module")
def acting() -> Iterator[Visitor]:
    """A page that may change things, of a stack that would fail if anything was sent to it."""
    with serving(big_stack(BigStack(functions=2, releases=3), read_only=False)) as visitor:
        yield visitor


@pytest.mark.parametrize("deed", DEEDS)
def test_a_read_only_page_refuses_the_question_and_the_deed(visitor: Visitor, deed: str) -> None:
    asked, done = visitor.get(f"/confirm/{deed}"), visitor.post(f"/actions/{deed}", {"why": "because"})

    assert (asked.status, done.status) == (403, 403)
    assert "read-only" in done.json["error"]["message"]
    assert done.json["error"]["hint"].endswith("greenshift dashboard --stack big --no-read-only")


def test_a_read_only_page_offers_nothing_to_do_and_says_so(visitor: Visitor) -> None:
    tree = visitor.get("/").tree

    assert [link for link in tree.iter("a") if "data-dialog" in link.attrib] == []
    assert "read-only" in text(tree.find("body/header") or tree.find(".//header"))


def test_a_deed_is_asked_about_first(acting: Visitor) -> None:
    page, fragment = acting.get("/confirm/release").tree, acting.get("/confirm/release?fragment=").tree

    for tree in (page, fragment):
        (form,) = tree.findall(".//form")
        assert (form.attrib["method"], form.attrib["action"]) == ("post", "/actions/release")
        assert len(form.findall(".//button")) == 1
    assert page.find(".//header") is not None
    assert fragment.find(".//header") is None


def test_what_a_rollback_would_do_is_asked_of_the_controller_before_the_visitor(acting: Visitor) -> None:
    reply = acting.get("/confirm/rollback", Accept="application/json")

    assert reply.status == 409
    assert "no output 'controllerName'" in reply.json["error"]["message"]


@pytest.mark.parametrize(
    ("deed", "form", "status", "message"),
    [
        ("rollback", {"why": "  "}, 400, "a rollback says why"),
        ("release", {"now": "yes", "why": ""}, 400, "a release that is in a hurry says why"),
        ("answer", {"execution": "e1", "stage": "Approve"}, 409, "answered meanwhile"),
        ("abort", {"id": "release-00001", "why": ""}, 409, "is not under way any more"),
        ("abort", {}, 409, "nothing is not under way"),
        ("nothing", {}, 404, "nothing called 'nothing'"),
        ("rollback", {"why": "no controller"}, 409, "no output 'controllerName'"),
    ],
)
def test_a_deed_that_cannot_be_done_says_why(
    acting: Visitor, deed: str, form: dict[str, str], status: int, message: str
) -> None:
    reply = acting.post(f"/actions/{deed}", form)

    assert reply.status == status
    assert message in reply.json["error"]["message"]


def test_only_forms_reach_a_deed(acting: Visitor) -> None:
    as_json = acting.post("/actions/rollback", {"why": "x"}, Content_Type="application/json")
    as_text = acting.post("/actions/rollback", {"why": "x"}, Content_Type="text/plain")
    huge = acting.post("/actions/rollback", {"why": "x" * 20_000})

    assert (as_json.status, as_text.status, huge.status) == (400, 400, 413)


def test_without_script_a_refusal_is_a_page(acting: Visitor) -> None:
    reply = acting.post("/actions/rollback", {"why": ""}, Accept="text/html")

    assert reply.status == 400
    assert text(reply.tree.find(".//h1")) == "a rollback says why"

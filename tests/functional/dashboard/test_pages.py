"""Pages of a stack with 200 functions and 10,000 releases, over HTTP."""

from __future__ import annotations

import socket
import time
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.config import Config
from support.measures.conforms import conforms
from support.people.page import Visitor, serving, text, texts
from support.stacks.big_stack import BigStack
from support.stacks.told_stack import told_stack, went_back, with_copies
from support.stacks.watched import big_stack

from greenshift.cli.words.board import board
from greenshift.cli.words.tree import lines
from greenshift.view import LedgerPage
from greenshift.view.copy_words import copy_in_words
from greenshift.view.schema import schema

PLACES = ".//ol[@class='releases']//a"
PAGES = ("/", "/functions", "/functions/f007", "/history", "/logs", "/logs?source=function:f007")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_a_language_a_title_one_heading_and_landmarks(visitor: Visitor, path: str) -> None:
    tree = visitor.get(path).tree

    assert tree.find("html").attrib["lang"] == "en"
    assert "Greenshift" in text(tree.find(".//title"))
    assert len(tree.findall(".//h1")) == 1
    for landmark in ("header", "nav", "main", "footer"):
        assert tree.find(f".//{landmark}") is not None, landmark
    assert tree.find(".//a[@class='skip']").attrib["href"] == "#main"


def test_a_page_of_one_message_has_the_head_of_every_other_page(visitor: Visitor) -> None:
    heads = [
        [(each.tag, sorted(each.attrib.items())) for each in visitor.get(path).tree.find(".//head")]
        for path in ("/", "/nowhere")
    ]
    whole, bare = ([each for each in head if each[0] != "title"] for head in heads)

    assert len(bare) >= 6
    assert whole[: len(bare)] == bare, "what a page of the pipeline has besides comes after it"


@pytest.mark.parametrize("path", PAGES)
def test_every_field_has_a_label_and_every_button_a_name(visitor: Visitor, path: str) -> None:
    tree = visitor.get(path).tree
    labelled = [field for label in tree.findall(".//label") for field in label.iter()]

    for field in [*tree.iter("input"), *tree.iter("select")]:
        assert field in labelled
    for button in tree.iter("button"):
        assert text(button) or button.attrib["aria-label"]


def test_the_navigation_marks_where_one_is(visitor: Visitor) -> None:
    for path, name in (("/", "Now"), ("/functions/f001", "Functions"), ("/history", "History")):
        assert texts(visitor.get(path).tree, ".//nav[@class='tabs']/a[@aria-current]") == [name]


def test_two_hundred_functions_are_a_table_that_can_be_filtered(visitor: Visitor) -> None:
    every, some = visitor.get("/functions").tree, visitor.get("/functions?text=F01").tree

    assert len(every.findall(".//tbody/tr")) == 200
    assert [text(row.find("th/a")) for row in some.findall(".//tbody/tr")] == [f"f01{n}" for n in range(10)]
    assert "10 of 200 functions" in text(some.find(".//div[@data-part='count']"))


def test_functions_can_be_filtered_by_what_they_do(visitor: Visitor) -> None:
    moving, firing = (visitor.get(f"/functions?state={state}").tree for state in ("moving", "alarm"))

    assert len(moving.findall(".//tbody/tr")) == 200
    assert firing.findall(".//tbody/tr") == []


def test_every_screen_tells_a_working_copy_as_status_does() -> None:
    told = with_copies()
    with serving(told_stack(told)) as visitor:
        screens = [visitor.get("/").tree, visitor.get("/functions").tree]
        both = [text(tree.find(".//main")) for tree in screens]
        own = [text(visitor.get(f"/functions/{each.key}").tree.find(".//main")) for each in told.functions]
    words = [copy_in_words(each) for each in told.functions]

    assert [word.partition(";")[0] for word in words] == [
        "your working copy (greenshift dev)", "a working copy that greenshift dev left behind", ""
    ]  # fmt: skip
    for word, screen in zip(words[:2], own, strict=False):
        assert all(word in each for each in (*both, screen))
        assert word in "\n".join(lines(board(told)))
    assert "working copy" not in own[2]


def test_a_reason_that_all_functions_share_is_told_once() -> None:
    told = went_back()
    assert told.release is not None
    first, *others = told.release.functions
    odd = replace(told.release, functions=(replace(first, reason="a hook failed: boom"), *others))
    columns = []
    for release in (told.release, odd):
        with serving(told_stack(replace(told, release=release, ledger=LedgerPage((release,))))) as visitor:
            tree = visitor.get(f"/releases/{release.id}").tree
        columns.append(texts(tree, ".//section[@aria-labelledby='changed-title']//thead/tr/th"))

    assert columns[0] == ["Function", "Versions", "State"]
    assert columns[1] == [*columns[0], "Reason"]


def test_the_history_comes_page_by_page_to_its_end() -> None:
    with serving(big_stack(BigStack(functions=3, releases=45))) as visitor:
        found, path = [], "/history"
        for _ in range(10):
            tree = visitor.get(path).tree
            found += [link.attrib["href"] for link in tree.findall(PLACES)]
            older = tree.find(".//p[@class='pager']/a")
            if older is None:
                break
            path = older.attrib["href"]

    assert found == [f"/releases/release-{n:05}" for n in range(44, -1, -1)]


def test_a_text_is_looked_for_to_the_end_of_the_ledger() -> None:
    with serving(big_stack(BigStack(functions=2, releases=300))) as visitor:
        found, none = (visitor.get(f"/history?text={text}").tree for text in ("RELEASE-00017", "nowhere"))

    assert [a.attrib["href"] for a in found.findall(PLACES)] == ["/releases/release-00017"]
    assert none.findall(PLACES) == []
    assert "Nothing here" in text(none)


def test_a_text_that_is_far_back_is_looked_for_some_seconds_at_a_time(visitor: Visitor) -> None:
    began = time.monotonic()
    tree = visitor.get("/history?text=release-00001").tree

    assert time.monotonic() - began < 10
    assert "Looked through the releases back to" in text(tree)
    further = tree.find(".//p[@class='pager']/a")
    assert further is not None
    assert "text=release-00001&start=" in further.attrib["href"]


def test_the_filters_of_the_history_stay_in_its_form(visitor: Visitor) -> None:
    tree = visitor.get("/history?status=SUCCEEDED&text=release-0999").tree

    assert tree.find(".//option[@selected]").attrib["value"] == "SUCCEEDED"
    assert tree.find(".//input[@name='text']").attrib["value"] == "release-0999"


def test_the_snapshot_is_there_as_json(visitor: Visitor) -> None:
    assert conforms(visitor.get("/snapshot.json").json, schema()) == []


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/nowhere", 404, "not-found"),
        ("/functions/nobody", 404, "not-found"),
        ("/history?start=nonsense", 400, "bad-request"),
        ("/live/nowhere", 404, "not-found"),
        ("/lines?source=function:nobody", 404, "not-found"),
        ("/lines?source=", 404, "not-found"),
        ("/confirm/world-peace", 403, "refused"),
        ("/static/../app.py", 404, "not-found"),
        ("/static/nothing.css", 404, "not-found"),
    ],
)
def test_what_goes_wrong_has_one_shape_and_a_page(
    visitor: Visitor, path: str, status: int, code: str
) -> None:
    as_json, as_page = visitor.get(path, Accept="application/json"), visitor.get(path)

    assert as_json.status == as_page.status == status
    assert set(as_json.json) == {"error"}
    assert set(as_json.json["error"]) == {"code", "message", "hint"}
    assert as_json.json["error"]["code"] == code
    assert text(as_page.tree.find(".//h1")) == as_json.json["error"]["message"]


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/confirm/world-peace", "/"),
        ("/functions/nobody", "/functions"),
        ("/nowhere", "/"),
        ("/history?start=nonsense", "/history"),
    ],
)
def test_a_refusal_leads_on_by_one_link(visitor: Visitor, path: str, leads_to: str) -> None:
    assert [link.get("href") for link in visitor.get(path).tree.findall(".//a")] == [leads_to]


def test_a_page_takes_no_forms(visitor: Visitor) -> None:
    reply = visitor.post("/history", {})

    assert (reply.status, reply.json["error"]["code"]) == (405, "wrong-method")


def test_a_stack_that_cannot_be_read_is_told_with_what_to_do() -> None:
    port = free_port()

    def clients(service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=f"http://127.0.0.1:{port}",
            region_name="us-east-1",
            aws_access_key_id="none",
            aws_secret_access_key="none",
            config=Config(retries={"total_max_attempts": 1}),
        )

    stack = replace(big_stack(BigStack(functions=1, releases=1)), clients=clients)
    with serving(stack) as visitor:
        page, stream = visitor.get("/"), visitor.get("/snapshot.json")

        assert (page.status, stream.json["error"]["code"]) == (502, "stack-unreadable")
        assert "greenshift twin status" in text(page.tree)
        with visitor.stream("/live/") as events:
            name, data = next(events)
        assert (name, data["error"]["code"]) == ("problem", "stack-unreadable")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])

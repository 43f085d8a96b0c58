"""Updates: what is different is sent, soon, and nothing is read while nobody looks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from support.people.page import Visitor, serving
from support.stacks.big_stack import BigStack
from support.stacks.watched import big_stack

Events = Iterator[tuple[str, Any]]


@pytest.fixture
def small() -> BigStack:
    return BigStack(functions=20, releases=30)


@pytest.fixture
def page(small: BigStack) -> Iterator[Visitor]:
    with serving(big_stack(small)) as visitor:
        yield visitor


def first(events: Events, fits: Callable[[dict[str, str]], bool]) -> tuple[float, dict[str, str]]:
    """The first message whose parts fit, and after how many seconds it came."""
    began = time.monotonic()
    for name, data in events:
        assert name == "parts", data
        if fits(data["parts"]):
            return time.monotonic() - began, data["parts"]
        assert time.monotonic() - began < 15, "it was never sent"
    raise AssertionError("the stream ended")


def test_a_change_is_on_the_page_within_a_second(page: Visitor, small: BigStack) -> None:
    with page.stream("/live/") as events:
        first(events, lambda parts: "hero" in parts)
        took = []
        for percent in (30, 40, 50):
            small.weight = percent / 100
            seconds, parts = first(
                events, lambda parts, wanted=percent: f">{wanted}<" in parts.get("hero", "")
            )
            assert f"{percent} % of the traffic" in parts["said"]
            took.append(seconds)

    # The best of three: a busy machine says nothing about the page.
    assert min(took) < 1


def test_what_has_not_changed_is_not_sent_again(page: Visitor) -> None:
    with page.stream("/live/functions") as events:
        _, everything = next(events)
        _, nothing = next(events)

    assert len(everything["parts"]) == 21
    assert nothing["parts"] == {}


def test_of_two_hundred_functions_the_row_that_changed_is_sent(visitor: Visitor, stack: BigStack) -> None:
    with visitor.stream("/live/functions") as events:
        first(events, lambda parts: "function:f007" in parts)
        stack.alarms["big-f007-errors"] = "ALARM"
        _, parts = first(events, bool)
        stack.alarms.clear()

    assert sorted(parts) == ["count", "function:f007"]
    assert sum(len(html) for html in parts.values()) < 2000


def test_a_page_and_its_stream_have_the_same_parts(page: Visitor) -> None:
    for path in ("/", "/functions", "/functions/f001", "/history", "/logs"):
        shown = {element.attrib.get("data-part") for element in page.get(path).tree.iter()} - {None}
        with page.stream(f"/live{path}") as events:
            _, data = next(events)

        assert set(data["parts"]) == shown, path


def test_nothing_is_read_while_nobody_looks(page: Visitor, small: BigStack) -> None:
    page.get("/")

    def looks() -> int:
        return small.calls["get_pipeline_state"]

    deadline, before = time.monotonic() + 20, -1
    while before != looks():  # the look that was under way ends
        before = looks()
        time.sleep(1)
        assert time.monotonic() < deadline, "it goes on looking"
    with page.stream("/live/") as events:
        next(events)
        next(events)
    assert looks() > before


def test_open_streams_end_with_the_server(small: BigStack) -> None:
    with serving(big_stack(small)) as visitor, visitor.stream("/live/") as events:
        next(events)
        visitor.server.stop()
        assert all(name == "parts" for name, _ in events)

"""Somebody else's text on the page: shown, never obeyed, neither as HTML nor by turning what is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from support.faults.hostile import HOSTILE
from support.people.page import Visitor, serving, text
from support.stacks.big_stack import BigStack
from support.stacks.watched import big_stack

EVERYTHING = " ~ ".join(HOSTILE.values())
PATHS = ("/", "/functions", "/history", "/history?text=release-00002", "/functions/f000", "/snapshot.json")
FORBIDDEN = set("\x00\x07\x08\x0b\x1b\x7f\x85\x90\x9b\x9c\x9d\u200f\u2028\u2029\u202c\u202e\u2066\u2069")


class HostileStack(BigStack):
    """Whatever somebody else may write holds every hostile text."""

    def row(self, number: int) -> dict[str, Any]:
        said = {
            name: {"S": EVERYTHING}
            for name in ("message", "author", "reason", "why", "by", "alarm", "trigger", "branch")
        }
        return {**super().row(number), **said}

    def pages_of_describe_alarms(self, AlarmNames: list[str], MaxRecords: int) -> Iterator[dict[str, Any]]:
        for page in super().pages_of_describe_alarms(AlarmNames, MaxRecords):
            fires = {"StateValue": "ALARM", "StateReason": EVERYTHING}
            yield {"MetricAlarms": [{**each, **fires} for each in page["MetricAlarms"]]}


@pytest.fixture(scope="module")
def visitor() -> Iterator[Visitor]:
    with serving(big_stack(HostileStack(functions=3, releases=5))) as found:
        yield found


@pytest.mark.parametrize("path", PATHS)
def test_a_text_on_the_page_is_neither_markup_nor_a_control(visitor: Visitor, path: str) -> None:
    reply = visitor.get(path)

    assert reply.status == 200
    assert FORBIDDEN & set(reply.text) == set()
    assert "<script>alert" not in reply.text or path.endswith(".json")
    assert "<img src=x" not in reply.text or path.endswith(".json")


def test_what_is_shown_is_all_of_the_rest(visitor: Visitor) -> None:
    shown = text(visitor.get("/history").tree)

    assert "<script>alert(1)</script>" in shown
    assert "{{ 7*7 }} {% raw %}" in shown
    assert "52;c;cm0gLXJmIH4=" in shown

"""200 functions and 10,000 releases: what a look costs in calls, first and later."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from support.stacks.big_stack import BigStack

from greenshift.view import EAGER, Pace, StackView

FUNCTIONS, RELEASES = 200, 10_000
AT_ONCE = replace(Pace(), aliases_a_second=0)
"""What a look reads, without the waiting."""


def look(view: StackView, stack: BigStack) -> Counter[str]:
    stack.calls.clear()
    view.snapshot()
    return Counter(stack.calls)


def test_the_first_look_at_a_big_shift_reads_each_alias_once_and_the_rest_in_batches() -> None:
    stack = BigStack(FUNCTIONS, RELEASES)
    first = look(StackView(stack.outputs, stack.client, AT_ONCE), stack)

    assert first == {
        "list_pipeline_executions": 1,
        "get_pipeline": 1,
        "list_action_executions": 1,
        "get_pipeline_state": 1,
        "query": 1,
        "get_alias": FUNCTIONS,
        "describe_alarms": 2,
        "batch_get_deployments": 8,
        "list_deployment_targets": 4,
        "batch_get_deployment_targets": 4,
        "get_metric_data": 2,
        "list_metrics": 1,
    }


def test_a_later_look_at_a_big_shift_is_some_thirty_calls() -> None:
    stack, pace = BigStack(FUNCTIONS, RELEASES), AT_ONCE
    view = StackView(stack.outputs, stack.client, pace)
    look(view, stack)
    later = look(view, stack)

    assert later["get_alias"] == pace.moving == 10
    assert later["query"] == later["batch_get_item"] == 1
    assert later["get_metric_data"] == later["list_metrics"] == 0, "metrics cost money: not in every look"
    assert later.total() <= 35, later


def test_an_idle_big_stack_costs_seven_calls_and_no_metrics() -> None:
    stack, pace = BigStack(FUNCTIONS, RELEASES, is_shifting=False), AT_ONCE
    view = StackView(stack.outputs, stack.client, pace)
    # Each function of the last release is read once more after its end, some in a look.
    for _ in range(FUNCTIONS // pace.moving + 1 + FUNCTIONS // pace.hooks):
        look(view, stack)

    assert look(view, stack) == {
        "list_pipeline_executions": 1,
        "get_pipeline_state": 1,
        "query": 1,
        "get_alias": pace.resting,
        "describe_alarms": 2,
    }


@pytest.mark.parametrize("pace", [AT_ONCE, EAGER])
def test_every_alias_of_a_shift_is_read_again_within_its_turn(pace: Pace) -> None:
    stack = BigStack(60, 5)
    view = StackView(stack.outputs, stack.client, pace)
    view.snapshot()
    stack.weight = 0.5
    turns = -(-60 // pace.moving)
    for _ in range(turns - 1):
        view.snapshot()
    before_last = sum(shift.percent == 10.0 for shift in view.snapshot().shifts)
    after = view.snapshot()

    assert before_last <= pace.moving
    assert {shift.percent for shift in after.shifts} == {50.0}


def test_a_long_ledger_is_read_a_page_at_a_time() -> None:
    stack = BigStack(2, RELEASES)
    view = StackView(stack.outputs, stack.client)
    page = view.snapshot().ledger
    stack.calls.clear()
    second = view.ledger_page(page.next)

    assert [row.id for row in page.releases] == [f"release-{n:05}" for n in range(9999, 9979, -1)]
    assert [row.id for row in second.releases] == [f"release-{n:05}" for n in range(9979, 9959, -1)]
    assert stack.calls == {"query": 2}, "the page, and those after it that may have taken one of it back"


def test_the_ledger_ends_with_the_first_release() -> None:
    stack = BigStack(1, 45)
    view = StackView(stack.outputs, stack.client)
    pages = [view.ledger_page()]
    while pages[-1].next and len(pages) < 10:
        pages.append(view.ledger_page(pages[-1].next))

    assert [len(page.releases) for page in pages] == [20, 20, 5]


def test_new_releases_come_to_the_head_of_the_page_and_its_end_moves_along() -> None:
    stack = BigStack(1, 100, is_shifting=False)
    view = StackView(stack.outputs, stack.client)
    view.snapshot()
    stack.releases = 103
    page = view.snapshot().ledger

    assert [row.id for row in page.releases] == [f"release-{n:05}" for n in range(102, 82, -1)]
    assert view.ledger_page(page.next).releases[0].id == "release-00082"


def test_a_release_of_long_ago_is_found_by_the_start_of_its_id_in_fifty_pages_at_most() -> None:
    stack = BigStack(1, RELEASES)
    view = StackView(stack.outputs, stack.client)

    assert view.find("release-00007") == ["release-00007"]
    assert stack.calls["query"] == 50
    assert view.find("latest") == ["release-09999"]
    assert view.find("release-x") == []


def test_a_page_goes_on_after_any_release_a_person_names() -> None:
    stack = BigStack(1, 100)
    view = StackView(stack.outputs, stack.client)
    page = view.ledger_page(view.page_after("release-00042"), 3)

    assert [row.id for row in page.releases] == ["release-00041", "release-00040", "release-00039"]

"""examples/orders-api: deployed, released, broken, rolled back and destroyed, while people order."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.people.customers import ORDER, Api, Customers
from support.people.page import page_of
from support.people.shell import wait_until
from support.stacks.example import Example, changed_functions

from greenshift.twin.machine import process

SPEED = 120
POISON = "no order at all"


@pytest.fixture
def orders(tmp_path: Path) -> Iterator[Example]:
    example = Example("orders-api", tmp_path / "orders")
    yield example
    process.stop(example.shell.home)


def test_orders_are_taken_shipped_and_counted_through_releases_and_a_rollback(orders: Example) -> None:
    outputs = orders.up(SPEED)
    orders.release()
    orders.hold_for(calls=20)
    api, sqs = Api(outputs["api"]), orders.shell.client("sqs")
    first = orders.live()

    # A good release moves what shares the code that changed; a message that is no order stops nothing.
    orders.shell.edit("shared/order.mjs", "return { lines, total", 'return { currency: "EUR", lines, total')
    expected = ("lines: LINES, total", 'currency: "EUR", lines: LINES, total')
    orders.shell.edit("functions/place/test/place.test.mjs", *expected)
    orders.shell.commit("Orders have a currency")
    with Customers(api) as well:
        sqs.send_message(QueueUrl=outputs["queue"], MessageBody=POISON)
        good = orders.release()
    second = orders.live()
    assert changed_functions(good) == {"place", "look"}
    assert {key for key in first if first[key] != second[key]} == {"place", "look"}
    assert set(well.versions) == {first["place"], second["place"]}
    assert well.refused == []

    # A worker that fails on what the queue really has: the release goes back, and every order is shipped.
    orders.shell.edit("functions/ship/handler.py", "shippedBy = :version", "shippedBy = :by")
    orders.shell.commit("The worker signs")
    with Customers(api) as bad:
        worse = orders.release(ok=False)
    assert changed_functions(worse) == {"ship"}
    assert orders.live() == second
    assert bad.refused == []
    placed = well.placed | bad.placed
    _all_are_shipped(orders, outputs, placed)
    _counts_tell_what_came_from_where(orders, worse)

    # The night's report, and one order as a customer sees it.
    event = json.dumps({"time": "2026-05-02T01:00:00Z"})
    counted = orders.shell.greenshift("invoke", "report", "--event", event, "--json").json["payload"]
    assert counted == {"id": "report#2026-05-02", "placed": 0, "shipped": len(placed)}
    shown = api.ask("GET", f"/orders/{next(iter(bad.placed))}")
    assert (shown.status, shown.body["status"], shown.body["currency"]) == (200, "SHIPPED", "EUR")
    assert api.ask("GET", "/orders/none").body == {"reason": "there is no order none"}

    orders.shell.greenshift("rollback", "--undo", good["id"], "--yes", "--why", "customers want no currency")
    assert orders.live() == first
    assert "currency" not in api.ask("POST", "/orders", ORDER).body
    _traffic_drives_what_feeds_the_functions(orders)
    orders.leaves_nothing()


def _traffic_drives_what_feeds_the_functions(orders: Example) -> None:
    shown = orders.shell.greenshift("traffic", "--list").out
    listed = orders.shell.greenshift("traffic", "--list", "--json").json
    [queue] = [each["name"] for each in listed if each["kind"] == "queue"]
    assert {(each["function"], each["name"]) for each in listed} == {
        ("place", "POST /orders"), ("look", "GET /orders/{id}"), ("ship", queue),
    }  # fmt: skip
    assert queue in shown and "POST /orders" in shown

    some = ("--rate", "20", "--duration", "1s", "--json")
    sold = orders.shell.greenshift("traffic", "--source", "POST /orders", "--event", json.dumps(ORDER), *some)
    assert [(each["word"], each["was_taken"]) for each in sold.json["outcomes"]] == [("201", True)]
    missing = orders.shell.greenshift("traffic", "--source", "GET /orders/none", *some)
    assert [(each["word"], each["was_taken"]) for each in missing.json["outcomes"]] == [("404", False)]
    told = orders.shell.greenshift("traffic", "--source", queue, "--event", '{"id": "{n}"}', *some[:-1]).out
    assert re.search(rf"✔ {queue}  sent: [1-9]", told)
    wrong = orders.shell.greenshift("traffic", "--source", "queue jobs", ok=False)
    assert wrong.code == 2 and "POST /orders" in wrong.err


def _counts_tell_what_came_from_where(orders: Example, worse: dict[str, Any]) -> None:
    """The queue fed both versions of the worker; what the bad one failed on, the old one did afterwards."""
    [ship] = [each for each in worse["functions"] if each["from_version"] != each["to_version"]]
    old, bad = ship["from_version"], ship["to_version"]
    told = orders.shell.greenshift("show", worse["id"], "--json").json["sources"]
    [queue] = [each for each in told if each["source"].startswith("queue ")]
    assert {each["key"] for each in told} == {"ship"}
    counts = {each["version"]: each for each in queue["versions"]}
    assert counts[bad]["errors"] == counts[bad]["invocations"] > 0
    assert counts[old]["invocations"] > counts[old]["errors"]
    assert any((each["failed_version"], each["version"]) == (bad, old) for each in queue["retried"])

    assert queue["source"] in orders.shell.greenshift("show", worse["id"]).out
    shown = page_of(orders.shell, f"releases/{worse['id']}")
    assert queue["source"] in shown and f"that version {bad} failed on" in shown


def _all_are_shipped(orders: Example, outputs: dict[str, Any], placed: set[str]) -> None:
    """Nothing in flight is lost: each order is shipped, or waits in the dead-letter queue for that."""
    sqs = orders.shell.client("sqs")
    wait_until(lambda: _count(orders, outputs["queue"]) == 0)
    given_up = _bodies(orders, outputs["refused"])
    assert POISON in given_up
    assert _shipped(orders, outputs) | {json.loads(each)["id"] for each in given_up - {POISON}} == placed

    arn = sqs.get_queue_attributes(QueueUrl=outputs["refused"], AttributeNames=["QueueArn"])
    sqs.start_message_move_task(SourceArn=arn["Attributes"]["QueueArn"])
    wait_until(lambda: _shipped(orders, outputs) == placed)
    wait_until(lambda: _bodies(orders, outputs["refused"]) == {POISON})


def _shipped(orders: Example, outputs: dict[str, Any]) -> set[str]:
    return {row["id"] for row in orders.rows(outputs["table"]) if row.get("status") == "SHIPPED"}


def _count(orders: Example, url: str) -> int:
    """Messages of a queue, hidden ones as well."""
    found = orders.shell.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    return sum(int(found["Attributes"][name]) for name in names)


def _bodies(orders: Example, url: str) -> set[str]:
    """What a queue holds; nothing is taken out of it."""
    sqs, received = orders.shell.client("sqs"), list[Any]()
    asked = {"QueueUrl": url, "MaxNumberOfMessages": 10, "VisibilityTimeout": 3600}
    while messages := sqs.receive_message(**asked).get("Messages", []):
        received += messages
    for each in received:
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"], VisibilityTimeout=0)
    return {each["Body"] for each in received}

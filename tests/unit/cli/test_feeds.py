"""What feeds a stack, asked for by name or by a request that a route serves."""

from __future__ import annotations

import pytest

from greenshift.cli.calls.feeds import Feed, find, resource_of
from greenshift.errors import UsageError

ARN = "arn:aws:sqs:us-east-1:123456789012:"
API, OTHER = "http://a.execute-api.localhost:1", "http://b.execute-api.localhost:1"
FEEDS = [
    Feed("ship", "queue", "queue jobs", f"{ARN}jobs"),
    Feed("count", "table", "table orders", "arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/1"),
    Feed("place", "route", "POST /orders", API),
    Feed("look", "route", "GET /orders/{id}", API),
    Feed("files", "route", "ANY /files/{proxy+}", OTHER),
    Feed("charge", "url", "url charge", "http://c.lambda-url.localhost:1"),
]


@pytest.mark.parametrize(
    ("asked", "function", "name"),
    [
        ("queue jobs", "ship", "queue jobs"),
        ("jobs", "ship", "queue jobs"),
        ("orders", "count", "table orders"),
        ("POST /orders", "place", "POST /orders"),
        ("GET /orders/7", "look", "GET /orders/7"),
        ("PUT /files/a/b", "files", "PUT /files/a/b"),
        ("url charge", "charge", "url charge"),
    ],
)
def test_a_feed_is_found_by_what_people_call_it(asked: str, function: str, name: str) -> None:
    found = find(FEEDS, asked)
    assert (found.function, found.name) == (function, name)


@pytest.mark.parametrize("asked", ["nothing", "DELETE /orders", "GET /orders/{id}", "GET /orders/7/lines"])
def test_what_feeds_nothing_is_refused_with_what_there_is(asked: str) -> None:
    with pytest.raises(UsageError, match="nothing that feeds the stack") as error:
        find(FEEDS, asked)
    assert "queue jobs" in str(error.value.hint)


def test_a_route_of_two_apis_and_a_default_route() -> None:
    default = Feed("page", "route", "$default", OTHER)
    assert find([default], "GET /anything").place == OTHER
    with pytest.raises(UsageError, match="may be several"):
        find([*FEEDS, Feed("place", "route", "POST /orders", OTHER)], "POST /orders")


def test_a_queue_that_feeds_two_functions_is_one() -> None:
    assert find([*FEEDS, Feed("bill", "queue", "queue jobs", f"{ARN}jobs")], "jobs").place == f"{ARN}jobs"


@pytest.mark.parametrize(("feed", "resource"), [(FEEDS[0], "jobs"), (FEEDS[1], "orders")])
def test_an_arn_names_its_resource(feed: Feed, resource: str) -> None:
    assert resource_of(feed.place) == resource

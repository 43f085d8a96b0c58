"""Pages that somebody let in by name when the twin was started."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.people.raw_http import ask, signed

from greenshift.testing import RunningTwin, start_twin

ORIGIN = "http://localhost:3000"
LIST_TABLES = signed(
    "dynamodb", X_Amz_Target="DynamoDB_20120810.ListTables", Content_Type="application/x-amz-json-1.0"
)


@pytest.fixture(scope="module")
def twin() -> Iterator[RunningTwin]:
    with start_twin(services=["codebuild"], allow_origins=[ORIGIN]) as running:
        yield running


def test_a_page_that_was_let_in_is_answered_and_may_read_the_answer(twin: RunningTwin) -> None:
    asks = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,x-amz-target",
    }
    preflight = ask(twin.twin.port, "OPTIONS", "/", asks)
    came_from = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-site"}
    reply = ask(twin.twin.port, "POST", "/", {**LIST_TABLES, **came_from}, b"{}")

    assert preflight.status == 204
    assert preflight.headers["access-control-allow-origin"] == ORIGIN
    assert preflight.headers["access-control-allow-methods"] == "POST"
    assert preflight.headers["access-control-allow-headers"] == "authorization,x-amz-target"
    assert (reply.status, reply.json) == (200, {"TableNames": []})
    assert reply.headers["access-control-allow-origin"] == ORIGIN
    assert reply.headers["vary"] == "Origin"


@pytest.mark.parametrize("origin", ["http://localhost:3001", "https://localhost:3000", "null"])
def test_no_other_page_is(twin: RunningTwin, origin: str) -> None:
    reply = ask(twin.twin.port, "POST", "/", {**LIST_TABLES, "Origin": origin}, b"{}")

    assert reply.status == 403
    assert "access-control-allow-origin" not in reply.headers


def test_who_is_no_page_is_told_nothing_of_it(twin: RunningTwin) -> None:
    reply = ask(twin.twin.port, "POST", "/", LIST_TABLES, b"{}")

    assert reply.status == 200
    assert "access-control-allow-origin" not in reply.headers

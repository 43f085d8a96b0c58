"""The rules about connections, without a wire."""

from __future__ import annotations

import pytest

from greenshift.twin.codeconnections.state import Connections
from greenshift.twin.service import ServiceError


@pytest.fixture
def connections() -> Connections:
    return Connections("123456789012", "us-east-1")


def test_a_new_connection_is_pending_until_its_handshake(connections: Connections) -> None:
    made = connections.create("app", "GitHub", {})

    assert made.arn.startswith("arn:aws:codeconnections:us-east-1:123456789012:connection/")
    assert connections.get(made.arn).status == "PENDING"
    connections.complete_handshake(made.arn)
    assert connections.get(made.arn).status == "AVAILABLE"


def test_the_older_form_of_an_arn_finds_the_same_connection(connections: Connections) -> None:
    made = connections.create("app", "GitHub", {})

    older = made.arn.replace("codeconnections", "codestar-connections")

    assert connections.get(older) is made


@pytest.mark.parametrize(
    "change", [("us-east-1", "eu-west-1"), ("123456789012", "999999999999"), (":connection/", ":host/")]
)
def test_an_arn_from_elsewhere_finds_nothing(connections: Connections, change: tuple[str, str]) -> None:
    made = connections.create("app", "GitHub", {})

    with pytest.raises(ServiceError, match="ResourceNotFoundException"):
        connections.get(made.arn.replace(*change))


def test_two_connections_may_share_a_name(connections: Connections) -> None:
    first, second = (connections.create("app", "GitHub", {}) for _ in range(2))

    connections.delete(first.arn)

    assert connections.all() == [second]


def test_there_is_a_limit_to_connections_and_to_tags(connections: Connections) -> None:
    with pytest.raises(ServiceError, match="LimitExceededException"):
        connections.create("app", "GitHub", {f"k{i}": "" for i in range(201)})
    for index in range(250):
        connections.create(f"c{index}", "GitHub", {})
    with pytest.raises(ServiceError, match="LimitExceededException"):
        connections.create("one more", "GitHub", {})


def test_tags_are_merged_and_removed(connections: Connections) -> None:
    made = connections.create("app", "GitHub", {"a": "1", "b": "2"})

    connections.tag(made.arn, {"b": "3", "c": "4"})
    connections.untag(made.arn, ["a"])

    assert connections.get(made.arn).tags == {"b": "3", "c": "4"}

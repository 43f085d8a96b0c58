"""Connections over HTTP, under both names of the service."""

from __future__ import annotations

import urllib.error
from collections.abc import Iterator

import pytest

from greenshift.testing import RunningTwin, start_twin


@pytest.fixture(scope="module")
def connected() -> Iterator[RunningTwin]:
    with start_twin(clock="manual", services={"codeconnections"}) as running:
        yield running


@pytest.mark.parametrize("service", ["codeconnections", "codestar-connections"])
def test_a_connection_is_made_found_and_deleted(connected: RunningTwin, service: str) -> None:
    client = connected.client(service)

    tags = [{"Key": "team", "Value": "red"}]
    made = client.create_connection(ProviderType="GitHub", ConnectionName="app", Tags=tags)

    arn = made["ConnectionArn"]
    assert arn.startswith("arn:aws:codeconnections:us-east-1:123456789012:connection/")
    assert made["Tags"] == tags
    assert client.get_connection(ConnectionArn=arn)["Connection"] == {
        "ConnectionName": "app",
        "ConnectionArn": arn,
        "ProviderType": "GitHub",
        "OwnerAccountId": "123456789012",
        "ConnectionStatus": "AVAILABLE",
    }
    assert connected.resources()["codeconnections"] == [arn]
    client.delete_connection(ConnectionArn=arn)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_connection(ConnectionArn=arn)


def test_tags_are_kept_per_connection(connected: RunningTwin) -> None:
    client = connected.client("codeconnections")
    arn = client.create_connection(ProviderType="GitHub", ConnectionName="app")["ConnectionArn"]

    client.tag_resource(ResourceArn=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    client.untag_resource(ResourceArn=arn, TagKeys=["a"])

    assert client.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "b", "Value": "2"}]
    client.delete_connection(ConnectionArn=arn)


def test_connections_are_listed_by_provider_and_in_pages(connected: RunningTwin) -> None:
    client = connected.client("codeconnections")
    for name, provider in (("a", "GitHub"), ("b", "GitLab"), ("c", "GitHub")):
        client.create_connection(ProviderType=provider, ConnectionName=name)

    first = client.list_connections(ProviderTypeFilter="GitHub", MaxResults=1)
    second = client.list_connections(ProviderTypeFilter="GitHub", NextToken=first["NextToken"])

    assert [c["ConnectionName"] for c in first["Connections"]] == ["a"]
    assert [c["ConnectionName"] for c in second["Connections"]] == ["c"]
    assert "NextToken" not in second


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"ConnectionName": "app"}, "ValidationException"),
        ({"ConnectionName": "x" * 33, "ProviderType": "GitHub"}, "ValidationException"),
        ({"ConnectionName": "app", "ProviderType": "Svn"}, "ValidationException"),
        (
            {
                "ConnectionName": "app",
                "HostArn": "arn:aws:codeconnections:us-east-1:123456789012:host/corporate",
            },
            "ResourceNotFoundException",
        ),
    ],
)
def test_a_connection_that_cannot_be_is_refused(
    connected: RunningTwin, members: dict[str, str], code: str
) -> None:
    client = connected.client("codeconnections")

    with pytest.raises(client.exceptions.ClientError) as caught:
        client.create_connection(**members)

    assert caught.value.response["Error"]["Code"] == code


def test_a_person_can_be_waited_for_and_can_come(connected: RunningTwin) -> None:
    client = connected.client("codeconnections")

    def status(arn: str) -> str:
        return str(client.get_connection(ConnectionArn=arn)["Connection"]["ConnectionStatus"])

    connected.request("PUT", "/_twin/handshakes", {"handshake": "manual"})
    made = client.create_connection(ProviderType="GitHub", ConnectionName="waiting")["ConnectionArn"]
    assert status(made) == "PENDING"
    connected.request("POST", "/_twin/handshakes", {"connection": made})
    assert status(made) == "AVAILABLE"
    connected.request("PUT", "/_twin/handshakes", {"handshake": "automatic"})
    made = client.create_connection(ProviderType="GitHub", ConnectionName="quick")["ConnectionArn"]
    assert status(made) == "AVAILABLE"


@pytest.mark.parametrize(
    ("method", "body", "says"),
    [
        ("PUT", {"handshake": "never"}, "a handshake is automatic or manual, not 'never'"),
        ("POST", {"connection": "arn:aws:codeconnections:us-east-1:1:connection/none"}, "none"),
    ],
)
def test_a_handshake_that_makes_no_sense_is_refused(
    connected: RunningTwin, method: str, body: dict[str, str], says: str
) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        connected.request(method, "/_twin/handshakes", body)

    assert caught.value.code == 400
    assert says in caught.value.read().decode()
    caught.value.close()

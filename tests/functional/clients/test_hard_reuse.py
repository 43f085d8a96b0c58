"""A client that uses its connections hard: sixteen callers on two of them, each call tried once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.people.go_clients import go_client

from greenshift.testing import RunningTwin, start_twin

RULES = 100
"""As many as a page of ListRules has: an answer far larger than the buffer of Go's HTTP client."""


@pytest.fixture(scope="module")
def twin() -> Iterator[RunningTwin]:
    with start_twin(services={"events"}) as running:
        events = running.client("events")
        for number in range(RULES):
            events.put_rule(Name=f"rule-{number}", EventPattern='{"source": ["a"]}')
        yield running


def test_no_call_of_many_over_few_connections_is_lost(twin: RunningTwin) -> None:
    queue = twin.client("sqs").create_queue(QueueName="target")["QueueUrl"]
    read = twin.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    failed = go_client(twin, "hammer", "300", TARGET_ARN=read["Attributes"]["QueueArn"])

    assert failed == {}
    assert twin.client("events").list_targets_by_rule(Rule="rule-99")["Targets"][0]["Id"] == "t"

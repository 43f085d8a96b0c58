"""Buses of one's own, archives and replays, and by which rule EventBridge calls a function."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from support.stacks.fed import FINE, Place

from greenshift.testing import RunningTwin, start_twin

HERE = "us-east-1:123456789012"
DEFAULT = f"arn:aws:events:{HERE}:event-bus/default"


@pytest.fixture(scope="module")
def still_twin() -> Iterator[RunningTwin]:
    with start_twin(clock="manual") as running:
        yield running


@pytest.fixture(scope="module")
def events(still_twin: RunningTwin) -> Any:
    return still_twin.client("events")


@pytest.fixture(scope="module")
def sqs(still_twin: RunningTwin) -> Any:
    return still_twin.client("sqs")


class Heard:
    """A queue behind a rule that takes everything of ``source``, and what arrived."""

    def __init__(self, twin: RunningTwin, bus: str, name: str, **target: Any) -> None:
        self._sqs, events = twin.client("sqs"), twin.client("events")
        self.url = self._sqs.create_queue(QueueName=name)["QueueUrl"]
        pattern = json.dumps({"source": ["shop"]})
        self.rule = events.put_rule(Name=name, EventBusName=bus, EventPattern=pattern)["RuleArn"]
        target = {"Id": "q", "Arn": f"arn:aws:sqs:{HERE}:{name}", **target}
        assert not events.put_targets(Rule=name, EventBusName=bus, Targets=[target])["FailedEntryCount"]

    def events(self, wanted: int) -> list[dict[str, Any]]:
        """As they come, for a while; fewer where no more come."""
        found: list[dict[str, Any]] = []
        deadline = time.monotonic() + (60 if wanted else 0)
        while True:
            answer = self._sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10)
            for each in answer.get("Messages", []):
                self._sqs.delete_message(QueueUrl=self.url, ReceiptHandle=each["ReceiptHandle"])
                found.append(json.loads(each["Body"]))
            if len(found) >= wanted or time.monotonic() > deadline:
                return found


def put(events: Any, bus: str, *orders: int) -> list[str]:
    entries = [
        {"EventBusName": bus, "Source": "shop", "DetailType": "Paid", "Detail": json.dumps({"order": each})}
        for each in orders
    ]
    return [each["EventId"] for each in events.put_events(Entries=entries)["Entries"]]


def orders(found: list[dict[str, Any]]) -> list[int]:
    return sorted(each["detail"]["order"] for each in found)


def refusal(call: Any, **parameters: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as refused:
        call(**parameters)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def test_an_event_reaches_the_rules_of_its_own_bus_alone(still_twin: RunningTwin, events: Any) -> None:
    bus = events.create_event_bus(Name="orders", Description="of orders")["EventBusArn"]
    own, other = Heard(still_twin, "orders", "own"), Heard(still_twin, "default", "other")

    put(events, bus, 1)
    put(events, "default", 2)

    assert orders(own.events(1)) == [1]
    assert orders(other.events(1)) == [2]
    assert own.rule == f"arn:aws:events:{HERE}:rule/orders/own"
    assert events.describe_rule(Name="own", EventBusName=bus)["EventBusName"] == "orders"
    assert [each["Name"] for each in events.list_rules(EventBusName="orders")["Rules"]] == ["own"]
    assert [each["Name"] for each in events.list_event_buses()["EventBuses"]] == ["default", "orders"]
    assert refusal(events.delete_event_bus, Name="orders")[0] == "ValidationException"


def test_a_bus_that_is_not_there_is_refused_and_so_is_a_schedule_on_ones_own(events: Any) -> None:
    code, message = refusal(events.put_events, Entries=[{"EventBusName": "none", "Source": "shop"}])
    assert (code, message) == ("ResourceNotFoundException", "Event bus none does not exist.")
    events.create_event_bus(Name="plain")
    code, message = refusal(
        events.put_rule, Name="r", EventBusName="plain", ScheduleExpression="rate(1 minute)"
    )
    assert message == "ScheduleExpression is supported only on the default event bus."
    assert refusal(events.create_event_bus, Name="plain")[0] == "ResourceAlreadyExistsException"
    events.delete_event_bus(Name="plain")
    assert refusal(events.describe_event_bus, Name="plain")[0] == "ResourceNotFoundException"


def test_a_rule_sends_an_event_on_to_another_bus_as_it_is(still_twin: RunningTwin, events: Any) -> None:
    further = events.create_event_bus(Name="further")["EventBusArn"]
    heard = Heard(still_twin, "further", "at-the-further-bus")
    events.put_rule(Name="on", EventPattern='{"source": ["shop"]}')
    events.put_targets(Rule="on", Targets=[{"Id": "bus", "Arn": further}])

    [id_] = put(events, "default", 3)
    [event] = heard.events(1)

    assert (event["id"], event["source"], event["detail"]) == (id_, "shop", {"order": 3})
    events.remove_targets(Rule="on", Ids=["bus"])


def test_an_archive_keeps_what_its_pattern_takes_and_a_replay_sends_it_again(
    still_twin: RunningTwin, events: Any
) -> None:
    bus = events.create_event_bus(Name="kept")["EventBusArn"]
    heard, filtered = Heard(still_twin, "kept", "heard-again"), Heard(still_twin, "kept", "left-out")
    pattern = json.dumps({"detail": {"order": [{"numeric": ["<", 10]}]}})
    events.create_archive(ArchiveName="few", EventSourceArn=bus, EventPattern=pattern, RetentionDays=2)
    start = events.describe_archive(ArchiveName="few")["CreationTime"]
    put(events, "kept", 1, 2, 11)
    still_twin.advance(3600)
    put(events, "kept", 4)
    assert orders(heard.events(4)) == orders(filtered.events(4)) == [1, 2, 4, 11]
    archive = events.describe_archive(ArchiveName="few")
    assert (archive["EventCount"], archive["State"]) == (3, "ENABLED")

    events.start_replay(
        ReplayName="again", EventSourceArn=archive["ArchiveArn"], EventStartTime=start - timedelta(minutes=1),
        EventEndTime=start + timedelta(minutes=30), Destination={"Arn": bus, "FilterArns": [heard.rule]},
    )  # fmt: skip
    again = heard.events(2)

    assert orders(again) == [1, 2]
    assert {each["replay-name"] for each in again} == {"again"}
    still_twin.advance(1)
    assert events.describe_replay(ReplayName="again")["State"] == "COMPLETED"
    assert filtered.events(0) == []
    assert events.describe_archive(ArchiveName="few")["EventCount"] == 3, "a replay is not archived again"
    still_twin.advance(2 * 86_400 - 1800)
    assert events.describe_archive(ArchiveName="few")["EventCount"] == 1
    assert refusal(events.cancel_replay, ReplayName="again")[0] == "IllegalStatusException"


def test_a_function_is_called_for_the_rule_its_permission_names_and_for_no_other(
    still_twin: RunningTwin, events: Any, sqs: Any, tmp_path: Path
) -> None:
    place = Place(still_twin, tmp_path)
    name = place.function(FINE, place.role())
    arn = f"arn:aws:lambda:{HERE}:function:{name}"
    url = sqs.create_queue(QueueName="refused")["QueueUrl"]
    dead = {"DeadLetterConfig": {"Arn": f"arn:aws:sqs:{HERE}:refused"}}
    allowed = events.put_rule(Name="allowed", EventPattern='{"source": ["till"]}')["RuleArn"]
    events.put_rule(Name="stranger", EventPattern='{"source": ["till"]}')
    for rule in ("allowed", "stranger"):
        events.put_targets(Rule=rule, Targets=[{"Id": "f", "Arn": arn, **dead}])
    place.functions.add_permission(
        FunctionName=name, StatementId="one", Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com", SourceArn=allowed,
    )  # fmt: skip

    events.put_events(Entries=[{"Source": "till", "DetailType": "Paid", "Detail": "{}"}])
    found = {"QueueUrl": url, "MessageAttributeNames": ["All"]}
    [message] = place.until(lambda: sqs.receive_message(**found).get("Messages"), 60)
    place.until(lambda: place.kept(name), 60)

    told = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert told["RULE_ARN"].endswith("rule/stranger")
    assert told["ERROR_CODE"] == "AccessDeniedException"
    still_twin.advance(1)
    assert len(place.kept(name)) == 1
    assert sqs.receive_message(QueueUrl=url).get("Messages") is None

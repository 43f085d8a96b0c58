"""EventBridge through boto3: rules, targets, events that arrive in queues, refusals."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from greenshift.testing import RunningTwin, start_twin

LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:f"


@pytest.fixture(scope="module")
def still_twin() -> Iterator[RunningTwin]:
    with start_twin(clock="manual", services={"cloudwatch", "events"}) as running:
        yield running


@pytest.fixture(scope="module")
def events(still_twin: RunningTwin) -> Any:
    return still_twin.client("events")


@pytest.fixture(scope="module")
def sqs(still_twin: RunningTwin) -> Any:
    return still_twin.client("sqs")


@pytest.fixture
def rule(events: Any, request: pytest.FixtureRequest) -> Iterator[str]:
    """The name of a rule of this test, deleted with its targets after it."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", request.node.name)[-60:]
    yield name
    try:
        ids = [each["Id"] for each in events.list_targets_by_rule(Rule=name)["Targets"]]
    except events.exceptions.ResourceNotFoundException:
        return
    if ids:
        events.remove_targets(Rule=name, Ids=ids)
    events.delete_rule(Name=name)


@pytest.fixture
def queue(sqs: Any, request: pytest.FixtureRequest) -> str:
    """The URL of a queue of this test."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", request.node.name)[-70:]
    return str(sqs.create_queue(QueueName=name)["QueueUrl"])


def arn_of(sqs: Any, url: str) -> str:
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return str(attributes["Attributes"]["QueueArn"])


def received(sqs: Any, url: str, wanted: int = 1) -> list[str]:
    """The bodies of messages, as they come, for at most ten seconds."""
    found: list[str] = []
    deadline = time.monotonic() + 10
    while len(found) < wanted and time.monotonic() < deadline:
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            found.append(message["Body"])
    return found


def put_event(events: Any, **changes: Any) -> Any:
    entry = {"Source": "shop", "DetailType": "Order Paid", "Detail": json.dumps({"order": 7})} | changes
    return events.put_events(Entries=[entry])


def refusal(call: Any, **parameters: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as refused:
        call(**parameters)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def test_an_event_arrives_at_the_queue_of_a_matching_rule(
    still_twin: RunningTwin, events: Any, sqs: Any, rule: str, queue: str
) -> None:
    events.put_rule(Name=rule, EventPattern=json.dumps({"source": ["shop"], "detail": {"order": [7]}}))
    events.put_targets(Rule=rule, Targets=[{"Id": "q", "Arn": arn_of(sqs, queue)}])

    missed = put_event(events, Detail='{"order": 8}')
    hit = put_event(events, Resources=["arn:aws:x"])
    [body] = received(sqs, queue)

    event = json.loads(body)
    assert (missed["FailedEntryCount"], hit["FailedEntryCount"]) == (0, 0)
    assert event.pop("time").endswith("Z")
    assert event == {
        "version": "0",
        "id": hit["Entries"][0]["EventId"],
        "detail-type": "Order Paid",
        "source": "shop",
        "account": still_twin.account,
        "region": still_twin.region,
        "resources": ["arn:aws:x"],
        "detail": {"order": 7},
    }


def test_targets_of_one_rule_get_the_event_each_in_its_form(
    events: Any, sqs: Any, rule: str, queue: str
) -> None:
    arn = arn_of(sqs, queue)
    transformer = {
        "InputPathsMap": {"order": "$.detail.order", "what": "$.detail-type"},
        "InputTemplate": '{"order": <order>, "text": "<what> by <aws.events.rule-name>"}',
    }
    events.put_rule(Name=rule, EventPattern='{"source": ["shop"]}')
    events.put_targets(
        Rule=rule,
        Targets=[
            {"Id": "constant", "Arn": arn, "Input": '{"is": "constant"}'},
            {"Id": "path", "Arn": arn, "InputPath": "$.detail"},
            {"Id": "template", "Arn": arn, "InputTransformer": transformer},
        ],
    )

    put_event(events)
    bodies = [json.loads(body) for body in received(sqs, queue, wanted=3)]

    assert sorted(bodies, key=str) == sorted(
        [{"is": "constant"}, {"order": 7}, {"order": 7, "text": f"Order Paid by {rule}"}], key=str
    )


def test_an_alarm_that_changes_its_state_is_an_event(
    still_twin: RunningTwin, events: Any, sqs: Any, rule: str, queue: str
) -> None:
    cloudwatch = still_twin.client("cloudwatch")
    pattern = {
        "source": ["aws.cloudwatch"],
        "detail-type": ["CloudWatch Alarm State Change"],
        "detail": {"alarmName": ["watched"], "state": {"value": ["ALARM"]}},
    }
    events.put_rule(Name=rule, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=rule, Targets=[{"Id": "q", "Arn": arn_of(sqs, queue)}])
    cloudwatch.put_metric_alarm(
        AlarmName="watched", Namespace="Shop", MetricName="Errors", Statistic="Sum", Period=60,
        EvaluationPeriods=1, Threshold=0, ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="breaching",
    )  # fmt: skip

    still_twin.advance(120)
    [body] = received(sqs, queue)

    event = json.loads(body)
    assert event["resources"] == ["arn:aws:cloudwatch:us-east-1:123456789012:alarm:watched"]
    assert event["detail"]["state"]["value"] == "ALARM"
    assert event["detail"]["previousState"]["value"] == "INSUFFICIENT_DATA"
    assert json.loads(event["detail"]["state"]["reasonData"])["threshold"] == 0.0
    cloudwatch.delete_alarms(AlarmNames=["watched"])


def test_a_topic_and_a_log_group_are_targets_too(
    still_twin: RunningTwin, events: Any, sqs: Any, rule: str, queue: str
) -> None:
    sns, logs = still_twin.client("sns"), still_twin.client("logs")
    topic = sns.create_topic(Name="events")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn_of(sqs, queue))
    logs.create_log_group(logGroupName="/aws/events/shop")
    group = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/events/shop:*"
    events.put_rule(Name=rule, EventPattern='{"source": ["shop"]}')
    events.put_targets(Rule=rule, Targets=[{"Id": "t", "Arn": topic}, {"Id": "l", "Arn": group}])

    put_event(events)
    [notification] = received(sqs, queue)
    still_twin.advance(1)

    logged = logs.filter_log_events(logGroupName="/aws/events/shop")["events"]
    assert json.loads(json.loads(notification)["Message"])["detail"] == {"order": 7}
    assert [json.loads(each["message"])["detail"] for each in logged] == [{"order": 7}]


def test_what_cannot_be_delivered_goes_to_the_dead_letter_queue(
    events: Any, sqs: Any, rule: str, queue: str
) -> None:
    events.put_rule(Name=rule, EventPattern='{"source": ["shop"]}')
    target = {
        "Id": "gone",
        "Arn": "arn:aws:sqs:us-east-1:123456789012:no-such-queue",
        "DeadLetterConfig": {"Arn": arn_of(sqs, queue)},
    }
    events.put_targets(Rule=rule, Targets=[target])

    put_event(events)
    [body] = received(sqs, queue)

    assert json.loads(body)["detail"] == {"order": 7}


def test_a_disabled_rule_sends_nothing_until_it_is_enabled(
    still_twin: RunningTwin, events: Any, sqs: Any, rule: str, queue: str
) -> None:
    events.put_rule(Name=rule, EventPattern='{"source": ["shop"]}')
    events.put_targets(Rule=rule, Targets=[{"Id": "q", "Arn": arn_of(sqs, queue)}])
    events.disable_rule(Name=rule)
    put_event(events, Detail='{"order": 1}')
    still_twin.advance(1)
    events.enable_rule(Name=rule)
    put_event(events, Detail='{"order": 2}')

    assert [json.loads(body)["detail"] for body in received(sqs, queue)] == [{"order": 2}]
    assert events.describe_rule(Name=rule)["State"] == "ENABLED"


def test_a_rate_fires_on_the_clock_of_the_twin(
    still_twin: RunningTwin, events: Any, sqs: Any, rule: str, queue: str
) -> None:
    arn = events.put_rule(Name=rule, ScheduleExpression="rate(5 minutes)")["RuleArn"]
    events.put_targets(Rule=rule, Targets=[{"Id": "q", "Arn": arn_of(sqs, queue)}])

    still_twin.advance(15 * 60)
    bodies = [json.loads(body) for body in received(sqs, queue, wanted=3)]
    events.disable_rule(Name=rule)
    still_twin.advance(60 * 60)

    assert [body["detail-type"] for body in bodies] == ["Scheduled Event"] * 3
    assert {body["source"] for body in bodies} == {"aws.events"}
    assert bodies[0]["resources"] == [arn]
    assert sqs.receive_message(QueueUrl=queue).get("Messages", []) == []


def test_putting_a_rule_again_replaces_it_but_keeps_targets_and_tags(events: Any, rule: str) -> None:
    tags = [{"Key": "team", "Value": "shop"}]
    arn = events.put_rule(
        Name=rule, EventPattern='{"source": ["a"]}', Description="first", State="DISABLED", Tags=tags
    )["RuleArn"]
    events.put_targets(Rule=rule, Targets=[{"Id": "f", "Arn": LAMBDA}])

    events.put_rule(Name=rule, EventPattern='{"source": ["b"]}')

    found = events.describe_rule(Name=rule)
    assert (found["EventPattern"], found["State"], found["Arn"]) == ('{"source": ["b"]}', "ENABLED", arn)
    assert "Description" not in found
    assert events.list_targets_by_rule(Rule=rule)["Targets"] == [{"Id": "f", "Arn": LAMBDA}]
    assert events.list_tags_for_resource(ResourceARN=arn)["Tags"] == tags


def test_targets_are_described_as_they_were_put(events: Any, rule: str) -> None:
    target = {
        "Id": "p",
        "Arn": "arn:aws:codepipeline:us-east-1:123456789012:p",
        "RoleArn": "arn:aws:iam::123456789012:role/start",
        "InputTransformer": {"InputPathsMap": {"a": "$.detail.a"}, "InputTemplate": '{"a": <a>}'},
        "RetryPolicy": {"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60},
        "DeadLetterConfig": {"Arn": "arn:aws:sqs:us-east-1:123456789012:dead"},
    }
    events.put_rule(Name=rule, EventPattern='{"source": ["a"]}')
    events.put_targets(Rule=rule, Targets=[target])

    assert events.list_targets_by_rule(Rule=rule)["Targets"] == [target]
    assert rule in events.list_rule_names_by_target(TargetArn=target["Arn"])["RuleNames"]


def test_a_rule_has_at_most_five_targets(events: Any, rule: str) -> None:
    events.put_rule(Name=rule, EventPattern='{"source": ["a"]}')
    targets = [{"Id": str(index), "Arn": LAMBDA} for index in range(6)]
    events.put_targets(Rule=rule, Targets=targets[:5])

    with pytest.raises(events.exceptions.LimitExceededException):
        events.put_targets(Rule=rule, Targets=targets[5:])

    assert len(events.list_targets_by_rule(Rule=rule)["Targets"]) == 5


def test_a_target_the_twin_does_not_know_is_refused_alone(events: Any, rule: str) -> None:
    events.put_rule(Name=rule, EventPattern='{"source": ["a"]}')
    unknown = "arn:aws:states:us-east-1:123456789012:stateMachine:s"

    answer = events.put_targets(
        Rule=rule, Targets=[{"Id": "good", "Arn": LAMBDA}, {"Id": "bad", "Arn": unknown}]
    )

    assert answer["FailedEntryCount"] == 1
    assert answer["FailedEntries"][0]["TargetId"] == "bad"
    assert unknown in answer["FailedEntries"][0]["ErrorMessage"]
    assert [each["Id"] for each in events.list_targets_by_rule(Rule=rule)["Targets"]] == ["good"]


def test_a_rule_with_targets_cannot_be_deleted(events: Any, rule: str) -> None:
    events.put_rule(Name=rule, EventPattern='{"source": ["a"]}')
    events.put_targets(Rule=rule, Targets=[{"Id": "f", "Arn": LAMBDA}])

    refused = refusal(events.delete_rule, Name=rule)
    missing = events.remove_targets(Rule=rule, Ids=["f", "g"])
    events.delete_rule(Name=rule)

    assert refused == ("ValidationException", "Rule can't be deleted since it has targets.")
    assert (missing["FailedEntryCount"], missing["FailedEntries"][0]["TargetId"]) == (1, "g")
    with pytest.raises(events.exceptions.ResourceNotFoundException):
        events.describe_rule(Name=rule)
    events.delete_rule(Name=rule)


def test_rules_are_listed_in_pages_by_prefix(events: Any) -> None:
    names = [f"paged-{index}" for index in range(5)]
    for name in names:
        events.put_rule(Name=name, EventPattern='{"source": ["a"]}')

    found: list[str] = []
    token: dict[str, str] = {}
    for _ in range(3):
        page = events.list_rules(NamePrefix="paged-", Limit=2, **token)
        found += [each["Name"] for each in page["Rules"]]
        token = {"NextToken": page["NextToken"]} if "NextToken" in page else {}

    assert (found, token) == (names, {})
    for name in names:
        events.delete_rule(Name=name)


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ({"Source": "aws.shop"}, "NotAuthorizedForSourceException"),
        ({"Detail": "{"}, "MalformedDetail"),
        ({"Detail": "[1]"}, "MalformedDetail"),
        ({"Source": ""}, "InvalidArgument"),
        ({"DetailType": ""}, "InvalidArgument"),
    ],
)
def test_a_bad_entry_fails_alone(events: Any, entry: dict[str, str], code: str) -> None:
    good = {"Source": "shop", "DetailType": "x", "Detail": "{}"}

    answer = events.put_events(Entries=[good | entry, good])

    assert answer["FailedEntryCount"] == 1
    assert answer["Entries"][0]["ErrorCode"] == code
    assert answer["Entries"][1]["EventId"]


@pytest.mark.parametrize(
    ("request_", "code", "complaint"),
    [
        ({}, "ValidationException", "EventPattern or ScheduleExpression must be specified"),
        ({"EventPattern": '{"detail": {"a": 1}}'}, "InvalidEventPatternException", "(at detail.a)"),
        ({"ScheduleExpression": "rate(1 minutes)"}, "ValidationException", "not valid"),
        ({"EventPattern": '{"a": ["b"]}', "EventBusName": "other"}, "ResourceNotFoundException", "other"),
        ({"EventPattern": '{"a": ["b"]}', "State": "SLEEPY"}, "ValidationException", "SLEEPY"),
    ],
)
def test_a_rule_that_could_never_fire_is_refused(
    events: Any, request_: dict[str, str], code: str, complaint: str
) -> None:
    found, message = refusal(events.put_rule, Name="refused", **request_)

    assert found == code
    assert complaint in message


@pytest.mark.parametrize(
    ("target", "complaint"),
    [
        ({"Arn": "arn:aws:codepipeline:us-east-1:123456789012:p"}, "RoleArn is required"),
        ({"Arn": "arn:aws:sqs:us-east-1:123456789012:q.fifo"}, "MessageGroupId must be specified"),
        ({"Arn": LAMBDA, "Input": "{}", "InputPath": "$"}, "Only one of Input, InputPath"),
        ({"Arn": LAMBDA, "InputPath": "nope"}, "does not begin with $"),
        ({"Arn": LAMBDA, "InputTransformer": {"InputTemplate": "plain"}}, "neither JSON nor quoted text"),
        ({"Arn": LAMBDA, "DeadLetterConfig": {"Arn": LAMBDA}}, "not the ARN of an SQS queue"),
    ],
)
def test_a_target_that_makes_no_sense_is_refused(
    events: Any, rule: str, target: dict[str, Any], complaint: str
) -> None:
    events.put_rule(Name=rule, EventPattern='{"source": ["a"]}')

    code, message = refusal(events.put_targets, Rule=rule, Targets=[{"Id": "t"} | target])

    assert code == "ValidationException"
    assert complaint in message


def test_a_pattern_can_be_tried_on_an_event(events: Any) -> None:
    event = {
        "id": "1", "account": "1", "source": "shop", "time": "2026-01-01T00:00:00Z", "region": "r",
        "detail-type": "x",
    }  # fmt: skip

    def matches(pattern: dict[str, Any]) -> bool:
        answer = events.test_event_pattern(EventPattern=json.dumps(pattern), Event=json.dumps(event))
        return bool(answer["Result"])

    assert matches({"source": [{"prefix": "sh"}]})
    assert not matches({"source": ["mall"]})
    assert refusal(events.test_event_pattern, EventPattern='{"source": ["x"]}', Event="{}")[0] == (
        "ValidationException"
    )


def test_rules_carry_tags(events: Any, rule: str) -> None:
    arn = events.put_rule(Name=rule, EventPattern='{"source": ["a"]}')["RuleArn"]
    events.tag_resource(ResourceARN=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    events.untag_resource(ResourceARN=arn, TagKeys=["a"])

    assert events.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "b", "Value": "2"}]
    with pytest.raises(events.exceptions.ResourceNotFoundException):
        events.list_tags_for_resource(ResourceARN=f"{arn}-gone")

"""What came from a queue, a bucket, a schedule or a caller is counted for each version that got it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from support.stacks.fed import Place, arn_of, released

from greenshift.view import FunctionOutputs, SourceTraffic
from greenshift.view.sources import Sources

GOOD, BAD = "1", "3"
SCHEDULER = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "scheduler.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


@pytest.fixture
def fed(place: Place, role: str) -> Iterator[str]:
    """A function whose alias is on a good version, and whose third one fails."""
    yield released(place, "python3.13", role, is_still=True)


def told(place: Place, name: str, hours: int = 2) -> dict[str, SourceTraffic]:
    """What the view tells of the last hours, by source."""
    arn = f"arn:aws:lambda:us-east-1:123456789012:function:{name}:live"
    function = FunctionOutputs("worker", name, arn, "none", "none")
    now = place.twin.twin.clock.now() + timedelta(minutes=1)
    read = Sources(place.twin.client("cloudwatch"), 0).read(
        [function], (now - timedelta(hours=hours), now), now, "release"
    )
    assert {each.key for each in read} <= {"worker"}
    return {each.source: each for each in read}


def counts(found: SourceTraffic) -> dict[str, tuple[int, int]]:
    return {each.version: (each.invocations, each.errors) for each in found.versions}


def to(place: Place, name: str, version: str) -> None:
    place.functions.update_alias(FunctionName=name, Name="live", FunctionVersion=version)


def test_a_message_that_failed_on_the_new_version_and_was_done_by_the_old_one_is_counted(
    place: Place, fed: str
) -> None:
    url = place.queue(VisibilityTimeout="30")
    mapping = place.feed(url, f"{fed}:live", BatchSize=1)
    place.sqs.send_message(QueueUrl=url, MessageBody="before")
    place.until(lambda: place.count(url) == (0, 0))

    to(place, fed, BAD)
    for body in ("a", "b"):
        place.sqs.send_message(QueueUrl=url, MessageBody=body)
    place.until(lambda: Counter(each["version"] for each in place.kept(fed))[BAD] == 2)
    place.until(lambda: place.count(url) == (0, 2))
    to(place, fed, GOOD)
    place.until(lambda: (place.twin.advance(1), place.count(url))[1] == (0, 0))
    place.functions.delete_event_source_mapping(UUID=mapping)

    [(source, found)] = told(place, fed).items()
    assert source == f"queue {arn_of(url).rpartition(':')[2]}"
    assert counts(found) == {GOOD: (3, 0), BAD: (2, 2)}
    assert [(each.failed_version, each.version, each.count) for each in found.retried] == [(BAD, GOOD, 2)]


def test_an_event_that_is_told_once_and_tried_again_is_counted_as_well(place: Place, fed: str) -> None:
    to(place, fed, BAD)
    place.functions.invoke(FunctionName=f"{fed}:live", InvocationType="Event", Payload=b"{}")
    place.until(lambda: place.kept(fed))
    to(place, fed, GOOD)
    place.until(lambda: (place.twin.advance(5), len(place.kept(fed)))[1] == 2)

    found = place.until(lambda: told(place, fed)["direct"].retried and told(place, fed)["direct"])
    assert counts(found) == {GOOD: (1, 0), BAD: (1, 1)}
    assert [(each.failed_version, each.version, each.count) for each in found.retried] == [(BAD, GOOD, 1)]


def test_each_source_has_a_name(place: Place, fed: str) -> None:
    _schedule(place, fed)
    _rule(place, fed)
    _bucket(place, fed)
    _topic(place, fed)
    place.functions.invoke(FunctionName=f"{fed}:live", Payload=b"{}")
    place.until(lambda: (place.twin.advance(30), len(place.kept(fed)) >= 5)[1])

    expected = {"bucket fed-bucket", "direct", "rule fed-rule", "schedule fed-schedule", "topic fed-topic"}
    place.until(lambda: told(place, fed).keys() == expected)
    assert all(set(counts(each)) == {GOOD} for each in told(place, fed).values())


def _allow(place: Place, name: str, service: str) -> str:
    place.functions.add_permission(
        FunctionName=name, Qualifier="live", StatementId=service, Action="lambda:InvokeFunction",
        Principal=f"{service}.amazonaws.com",
    )  # fmt: skip
    return f"arn:aws:lambda:us-east-1:123456789012:function:{name}:live"


def _schedule(place: Place, name: str) -> None:
    iam = place.twin.client("iam")
    role = iam.create_role(RoleName="clock", AssumeRolePolicyDocument=json.dumps(SCHEDULER))["Role"]["Arn"]
    may = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*"}
    policy: dict[str, Any] = {"Version": "2012-10-17", "Statement": [may]}
    iam.put_role_policy(RoleName="clock", PolicyName="invoke", PolicyDocument=json.dumps(policy))
    place.twin.client("scheduler").create_schedule(
        Name="fed-schedule", ScheduleExpression="rate(1 hours)", FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": f"arn:aws:lambda:us-east-1:123456789012:function:{name}:live", "RoleArn": role},
    )  # fmt: skip


def _rule(place: Place, name: str) -> None:
    events = place.twin.client("events")
    events.put_rule(Name="fed-rule", EventPattern='{"source": ["shop"]}')
    events.put_targets(Rule="fed-rule", Targets=[{"Id": "f", "Arn": _allow(place, name, "events")}])
    events.put_events(Entries=[{"Source": "shop", "DetailType": "order", "Detail": "{}"}])


def _bucket(place: Place, name: str) -> None:
    s3, target = place.twin.client("s3"), _allow(place, name, "s3")
    s3.create_bucket(Bucket="fed-bucket")
    told = {"LambdaFunctionConfigurations": [{"LambdaFunctionArn": target, "Events": ["s3:ObjectCreated:*"]}]}
    s3.put_bucket_notification_configuration(Bucket="fed-bucket", NotificationConfiguration=told)
    s3.put_object(Bucket="fed-bucket", Key="a", Body=b"a")


def _topic(place: Place, name: str) -> None:
    sns, target = place.twin.client("sns"), _allow(place, name, "sns")
    topic = sns.create_topic(Name="fed-topic")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=target)
    sns.publish(TopicArn=topic, Message="m")

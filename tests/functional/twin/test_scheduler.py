"""EventBridge Scheduler through boto3 on a clock that stands still; each case as its user guide has it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from greenshift.testing import RunningTwin, start_twin

TRUST = {"Effect": "Allow", "Principal": {"Service": "scheduler.amazonaws.com"}, "Action": "sts:AssumeRole"}


@pytest.fixture(scope="module")
def twin() -> Iterator[RunningTwin]:
    with start_twin(clock="manual", services={"events", "scheduler", "sqs"}) as running:
        yield running


@pytest.fixture(scope="module")
def scheduler(twin: RunningTwin) -> Any:
    return twin.client("scheduler")


def role(twin: RunningTwin, name: str, *actions: str) -> str:
    iam = twin.client("iam")
    trust = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    if actions:
        allow = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document)
    return str(made["Role"]["Arn"])


@pytest.fixture(scope="module")
def sender(twin: RunningTwin) -> str:
    return role(twin, "sends", "sqs:SendMessage", "events:PutEvents")


class Box:
    """A queue, and schedules that send to it."""

    def __init__(self, twin: RunningTwin, sender: str, name: str) -> None:
        self.twin, self._name, self._role = twin, name, sender
        self._sqs, self._scheduler = twin.client("sqs"), twin.client("scheduler")
        self.url = self._sqs.create_queue(QueueName=name)["QueueUrl"]
        self.arn = f"arn:aws:sqs:us-east-1:123456789012:{name}"

    def schedule(self, expression: str, *, input: str = "tick", **settings: Any) -> None:
        target = {"Arn": self.arn, "RoleArn": self._role, "Input": input} | settings.pop("Target", {})
        self._scheduler.create_schedule(
            Name=self._name, ScheduleExpression=expression, Target=target,
            FlexibleTimeWindow={"Mode": "OFF"}, **settings,
        )  # fmt: skip

    def take(self) -> list[str]:
        answer = self._sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10)
        found = answer.get("Messages", [])
        for each in found:
            self._sqs.delete_message(QueueUrl=self.url, ReceiptHandle=each["ReceiptHandle"])
        return [each["Body"] for each in found]

    def until(self, count: int) -> list[str]:
        """Messages whose sending takes real time, as a role's policies are read at first."""
        found: list[str] = []
        for _ in range(200):
            found += self.take()
            if len(found) >= count:
                return found
            self.twin.advance(0.001)
        raise AssertionError(found)


@pytest.fixture
def box(twin: RunningTwin, sender: str, request: pytest.FixtureRequest) -> Box:
    return Box(twin, sender, request.node.name[-60:].strip("_").replace("[", "").replace("]", ""))


def now(twin: RunningTwin) -> datetime:
    return twin.twin.clock.now()


def test_a_rate_begins_at_once_and_goes_on(twin: RunningTwin, box: Box) -> None:
    """ "Rate-based schedules"."""
    box.schedule("rate(5 minutes)")
    assert box.until(1) == ["tick"]
    twin.advance(299)
    assert box.take() == []
    twin.advance(1)
    assert box.until(1) == ["tick"]
    twin.client("scheduler").delete_schedule(Name=box._name)
    twin.advance(600)
    assert box.take() == []


def test_a_one_off_runs_once_in_its_time_zone_and_is_deleted_where_it_says_so(
    twin: RunningTwin, box: Box, scheduler: Any
) -> None:
    """ "One-time schedules", ActionAfterCompletion."""
    local = now(twin) + timedelta(hours=9, minutes=10)  # Tokyo is nine hours ahead
    expression = f"at({local:%Y-%m-%dT%H:%M:00})"
    box.schedule(expression, ScheduleExpressionTimezone="Asia/Tokyo", ActionAfterCompletion="DELETE")
    twin.advance(530)
    assert box.take() == []
    twin.advance(75)
    assert box.until(1) == ["tick"]
    twin.advance(1)
    with pytest.raises(scheduler.exceptions.ResourceNotFoundException):
        scheduler.get_schedule(Name=box._name)


def test_a_cron_schedule_runs_by_the_calendar(twin: RunningTwin, box: Box) -> None:
    """ "Cron-based schedules"."""
    box.schedule(
        "cron(30 9 * * ? *)", ScheduleExpressionTimezone="UTC", input="<aws.scheduler.scheduled-time>"
    )
    twin.advance(86_400)
    [told] = box.until(1)
    assert told.endswith("T09:30:00Z")
    twin.client("scheduler").delete_schedule(Name=box._name)


def test_start_and_end_dates_bound_a_schedule(twin: RunningTwin, box: Box) -> None:
    start = now(twin) + timedelta(minutes=10)
    box.schedule("rate(1 minute)", StartDate=start, EndDate=start + timedelta(minutes=1, seconds=30))
    twin.advance(590)
    assert box.take() == []
    twin.advance(300)
    assert box.until(2) == ["tick", "tick"]
    assert box.take() == []
    twin.client("scheduler").delete_schedule(Name=box._name)


def test_a_disabled_schedule_runs_when_it_is_enabled(twin: RunningTwin, box: Box, scheduler: Any) -> None:
    box.schedule("rate(1 minute)", State="DISABLED")
    twin.advance(120)
    assert box.take() == []
    told = scheduler.get_schedule(Name=box._name)
    kept = {name: told[name] for name in ("Name", "ScheduleExpression", "Target", "FlexibleTimeWindow")}
    scheduler.update_schedule(**kept)
    twin.advance(60)
    assert "tick" in box.until(1)
    scheduler.delete_schedule(Name=box._name)


def test_a_call_that_can_never_succeed_goes_to_the_dead_letter_queue(
    twin: RunningTwin, box: Box, sender: str
) -> None:
    """ "Configuring a dead-letter queue"."""
    target = {"Arn": box.arn + "-none", "DeadLetterConfig": {"Arn": box.arn}, "Input": "lost"}
    box.schedule("rate(1 day)", Target=target)
    assert box.until(1) == ["lost"]
    twin.client("scheduler").delete_schedule(Name=box._name)


RETRIES = [
    # (the target's policy, how often it is called, the limit that ends it, retries)
    ({"MaximumRetryAttempts": 2}, 3, "MaximumRetryAttempts", "2"),
    ({"MaximumRetryAttempts": 0}, 1, "MaximumRetryAttempts", "0"),
    ({"MaximumEventAgeInSeconds": 60}, 6, "MaximumEventAgeInSeconds", "5"),
]


@pytest.mark.parametrize(("policy", "calls", "spent", "retries"), RETRIES)
def test_a_call_that_fails_is_tried_again_as_its_retry_policy_says(
    twin: RunningTwin, box: Box, policy: dict[str, int], calls: int, spent: str, retries: str
) -> None:
    """RetryPolicy; "Configuring a schedule's dead-letter queue" names what its message tells."""
    target = {"Arn": "arn:aws:scheduler:::aws-sdk:events:putEvents", "RetryPolicy": policy}
    target |= {"DeadLetterConfig": {"Arn": box.arn}, "Input": json.dumps({"Entries": [ENTRY]})}
    before = len([each for each in twin.twin.door.calls if each.operation == "PutEvents"])
    twin.inject("error", "events", "PutEvents")
    try:
        box.schedule("rate(1 day)", Target=target)
        for _ in range(400):
            twin.advance(1)
            if message := first(twin, box):
                break
        assert message is not None
    finally:
        twin.clear_faults()
        twin.client("scheduler").delete_schedule(Name=box._name)
    told = {name: each["StringValue"] for name, each in message["MessageAttributes"].items()}
    assert (told["EXHAUSTED_RETRY_CONDITION"], told["RETRY_ATTEMPTS"]) == (spent, retries)
    assert told["IS_PAYLOAD_TRUNCATED"] == "false" and told["SCHEDULED_TIME"].endswith("Z")
    made = [each for each in twin.twin.door.calls if each.operation == "PutEvents"]
    assert len(made) - before == calls


ENTRY = {"Source": "own", "DetailType": "t", "Detail": "{}"}


def first(twin: RunningTwin, box: Box) -> Any:
    answer = twin.client("sqs").receive_message(QueueUrl=box.url, MessageAttributeNames=["All"])
    return next(iter(answer.get("Messages", [])), None)


def test_a_role_that_may_not_calls_nothing(twin: RunningTwin, box: Box) -> None:
    box.schedule("rate(1 day)", Target={"RoleArn": role(twin, "may-nothing")})
    calls = twin.twin.door.calls
    for _ in range(200):
        twin.advance(0.001)
        if any(each.principal.endswith("may-nothing") and each.error for each in calls):
            break
    assert any(each.principal.endswith("may-nothing") and each.error == "AccessDenied" for each in calls)
    assert box.take() == []
    twin.client("scheduler").delete_schedule(Name=box._name)


def test_an_sdk_action_is_called_with_its_parameters(twin: RunningTwin, box: Box) -> None:
    """ "Universal targets"."""
    parameters = {"QueueUrl": box.url, "MessageBody": "by SDK"}
    box.schedule(
        "rate(1 day)",
        Target={"Arn": "arn:aws:scheduler:::aws-sdk:sqs:sendMessage", "Input": json.dumps(parameters)},
    )
    assert box.until(1) == ["by SDK"]
    twin.client("scheduler").delete_schedule(Name=box._name)


REFUSED = [
    {"ScheduleExpression": "rate(0 minutes)"},
    {"ScheduleExpression": "cron(* * * * * *)"},
    {"ScheduleExpression": "at(2026-13-01T00:00:00)"},
    {"ScheduleExpressionTimezone": "Mars/Olympus"},
    {"FlexibleTimeWindow": {"Mode": "FLEXIBLE"}},
]


@pytest.mark.parametrize("change", REFUSED)
def test_a_schedule_that_cannot_be_is_refused(scheduler: Any, sender: str, change: dict[str, Any]) -> None:
    target = {"Arn": "arn:aws:sqs:us-east-1:123456789012:q", "RoleArn": sender}
    asked = {
        "Name": "bad", "ScheduleExpression": "rate(1 day)", "Target": target,
        "FlexibleTimeWindow": {"Mode": "OFF"},
    }  # fmt: skip
    with pytest.raises(ClientError) as error:
        scheduler.create_schedule(**(asked | change))
    assert error.value.response["Error"]["Code"] == "ValidationException"


def test_groups_hold_schedules_and_take_them_along(twin: RunningTwin, scheduler: Any, sender: str) -> None:
    arn = scheduler.create_schedule_group(Name="own", Tags=[{"Key": "a", "Value": "b"}])["ScheduleGroupArn"]
    target = {"Arn": "arn:aws:sqs:us-east-1:123456789012:q", "RoleArn": sender}
    at = f"at({datetime(2099, 1, 1, tzinfo=UTC):%Y-%m-%dT%H:%M:%S})"
    scheduler.create_schedule(
        Name="x", GroupName="own", ScheduleExpression=at, Target=target, FlexibleTimeWindow={"Mode": "OFF"}
    )
    assert scheduler.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "a", "Value": "b"}]
    assert [each["Name"] for each in scheduler.list_schedules(GroupName="own")["Schedules"]] == ["x"]
    scheduler.delete_schedule_group(Name="own")
    assert scheduler.list_schedules()["Schedules"] == []


def test_a_rule_of_the_event_bus_runs_by_cron_in_utc(twin: RunningTwin, box: Box) -> None:
    """EventBridge user guide, "Creating a rule that runs on a schedule"."""
    events = twin.client("events")
    events.put_rule(Name="nightly", ScheduleExpression="cron(0 3 * * ? *)")
    events.put_targets(Rule="nightly", Targets=[{"Id": "q", "Arn": box.arn}])
    twin.advance(2 * 86_400)
    times = sorted(json.loads(each)["time"] for each in box.until(2))
    assert [each[11:] for each in times] == ["03:00:00Z", "03:00:00Z"]
    events.remove_targets(Rule="nightly", Ids=["q"])
    events.delete_rule(Name="nightly")

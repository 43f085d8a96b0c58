"""Composite alarms with a suppressor, on a clock that moves only when told: when they act, and on what.

The scenes are those of the CloudWatch user guide ("Suppressing composite alarm actions"), at twenty seconds
for each of its units of time: the wait is two of them, the extension three.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from greenshift.testing import RunningTwin, start_twin

UNIT = 20
CHILD, MUTE, WHOLE = "child", "mute", "whole"
METRIC_ALARM = {
    "Namespace": "Shop",
    "MetricName": "Silent",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 0.0,
    "ComparisonOperator": "GreaterThanThreshold",
    "TreatMissingData": "ignore",
}
SCENES: dict[str, tuple[dict[int, str], dict[int, str]]] = {
    "it acts once the wait is over": ({2: "child ALARM"}, {2: "WaitPeriod", 4: "acts on ALARM"}),
    "the suppressor comes within the wait": (
        {2: "child ALARM", 3: "mute ALARM"},
        {2: "WaitPeriod", 3: "Alarm"},
    ),
    "it goes back within the wait, and waits anew": (
        {2: "child ALARM", 3: "child OK"},
        {2: "WaitPeriod", 5: "acts on OK"},
    ),
    "the suppressor was there before": ({1: "mute ALARM", 2: "child ALARM"}, {2: "Alarm"}),
    "the suppressor leaves, and the extension is over": (
        {1: "mute ALARM", 2: "child ALARM", 5: "mute OK"},
        {2: "Alarm", 5: "ExtensionPeriod", 8: "acts on ALARM"},
    ),
    "it goes back within the extension, and waits": (
        {1: "mute ALARM", 2: "child ALARM", 5: "mute OK", 6: "child OK"},
        {2: "Alarm", 5: "ExtensionPeriod", 6: "WaitPeriod", 8: "acts on OK"},
    ),
    "the suppressor comes back within the extension": (
        {1: "mute ALARM", 2: "child ALARM", 5: "mute OK", 7: "mute ALARM"},
        {2: "Alarm", 5: "ExtensionPeriod", 7: "Alarm"},
    ),
    "the suppressor comes and goes while nothing changes": ({1: "mute ALARM", 3: "mute OK"}, {}),
}


@pytest.fixture(scope="module")
def still_twin() -> Iterator[RunningTwin]:
    with start_twin(clock="manual", services={"cloudwatch", "events"}) as running:
        yield running


@pytest.fixture
def cloudwatch(still_twin: RunningTwin) -> Iterator[Any]:
    client = still_twin.client("cloudwatch")
    topic = still_twin.client("sns").create_topic(Name="whole")["TopicArn"]
    for name in (CHILD, MUTE):
        client.put_metric_alarm(**METRIC_ALARM, AlarmName=name)
        client.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="new")
    put(client, AlarmActions=[topic], OKActions=[topic])
    still_twin.advance(3 * UNIT)  # it became OK, and has told so
    yield client
    client.delete_alarms(AlarmNames=[WHOLE])
    client.delete_alarms(AlarmNames=[CHILD, MUTE])


def put(client: Any, **changes: Any) -> None:
    given = {
        "AlarmName": WHOLE,
        "AlarmRule": f"ALARM({CHILD})",
        "ActionsSuppressor": MUTE,
        "ActionsSuppressorWaitPeriod": 2 * UNIT,
        "ActionsSuppressorExtensionPeriod": 3 * UNIT,
    }
    merged = {**given, **changes}
    client.put_composite_alarm(**{key: value for key, value in merged.items() if value is not None})


def described(client: Any) -> Any:
    [found] = client.describe_alarms(AlarmNames=[WHOLE], AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
    return found


def actions(client: Any) -> int:
    items = client.describe_alarm_history(
        AlarmName=WHOLE, AlarmTypes=["CompositeAlarm"], HistoryItemType="Action"
    )
    return len(items["AlarmHistoryItems"])


def told(client: Any) -> tuple[int, str, str]:
    found = described(client)
    return actions(client), found.get("ActionsSuppressedBy", ""), found["StateValue"]


def enter(client: Any, text: str) -> None:
    name, value = text.split()
    client.set_alarm_state(AlarmName=name, StateValue=value, StateReason="a scene")


@pytest.mark.parametrize("scene", SCENES)
def test_a_composite_alarm_acts_when_nothing_suppresses_it(
    still_twin: RunningTwin, cloudwatch: Any, scene: str
) -> None:
    steps, expected = SCENES[scene]
    found: dict[int, str] = {}
    acted, by, _ = told(cloudwatch)
    assert by == ""
    for moment in range(1, 11):
        still_twin.advance(UNIT)
        if moment in steps:
            enter(cloudwatch, steps[moment])
        now, held, state = told(cloudwatch)
        if now != acted:
            found[moment] = f"acts on {state}"
        elif held and held != by:
            found[moment] = held
        acted, by = now, held
    assert found == expected


def test_an_event_says_what_suppresses_the_actions_and_a_description_why(
    still_twin: RunningTwin, cloudwatch: Any
) -> None:
    sqs, events = still_twin.client("sqs"), still_twin.client("events")
    url = sqs.create_queue(QueueName="changes")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = {"source": ["aws.cloudwatch"], "detail": {"alarmName": [WHOLE], "state": {"value": ["ALARM"]}}}
    events.put_rule(Name="changes", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="changes", Targets=[{"Id": "q", "Arn": arn}])
    enter(cloudwatch, "child ALARM")
    still_twin.advance(1)

    [message] = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=10)["Messages"]
    detail = json.loads(message["Body"])["detail"]
    assert detail["state"]["actionsSuppressedBy"] == "WaitPeriod"
    assert detail["state"]["actionsSuppressedReason"] == "Actions suppressed by WaitPeriod"
    assert detail["configuration"]["actionsSuppressor"] == MUTE
    found = described(cloudwatch)
    assert found["ActionsSuppressedReason"] == "Actions suppressed by WaitPeriod"
    assert (found["ActionsSuppressorWaitPeriod"], found["ActionsSuppressorExtensionPeriod"]) == (40, 60)
    events.remove_targets(Rule="changes", Ids=["q"])
    events.delete_rule(Name="changes")


def test_an_alarm_without_its_suppressor_acts_on_what_it_kept_back(
    still_twin: RunningTwin, cloudwatch: Any
) -> None:
    enter(cloudwatch, "mute ALARM")
    enter(cloudwatch, "child ALARM")
    before = actions(cloudwatch)
    topic = described(cloudwatch)["AlarmActions"]
    nothing = dict.fromkeys(
        ("ActionsSuppressor", "ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod")
    )
    put(cloudwatch, AlarmActions=topic, **nothing)
    still_twin.advance(1)
    assert told(cloudwatch) == (before + 1, "", "ALARM")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ActionsSuppressor": "nobody"}, "the actions suppressor nobody does not exist"),
        ({"ActionsSuppressorWaitPeriod": None}, "ActionsSuppressorWaitPeriod"),
        ({"ActionsSuppressorExtensionPeriod": None}, "ActionsSuppressorExtensionPeriod"),
    ],
)
def test_a_suppressor_is_an_alarm_that_exists_with_both_periods(
    cloudwatch: Any, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(ClientError, match=message):
        put(cloudwatch, **change)

"""Alarms through boto3, on a clock that moves only when told: states, actions, events, refusals."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from greenshift.reading.alarms import read_alarms, read_changes
from greenshift.testing import RunningTwin, start_twin
from greenshift.view import FunctionOutputs
from greenshift.view.alarms import read_alarms as alarms_of_functions

ALARM = {
    "Namespace": "Shop",
    "MetricName": "Errors",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 0.0,
    "ComparisonOperator": "GreaterThanThreshold",
    "TreatMissingData": "notBreaching",
}


@pytest.fixture(scope="module")
def still_twin() -> Iterator[RunningTwin]:
    with start_twin(clock="manual", services={"cloudwatch", "events"}) as running:
        yield running


@pytest.fixture(scope="module")
def cloudwatch(still_twin: RunningTwin) -> Any:
    return still_twin.client("cloudwatch")


@pytest.fixture
def alarm(cloudwatch: Any, request: pytest.FixtureRequest) -> Iterator[str]:
    """The name of an alarm of this test, deleted after it."""
    name = request.node.name[:200]
    yield name
    cloudwatch.delete_alarms(AlarmNames=[name])


def put(cloudwatch: Any, name: str, **changes: Any) -> None:
    """An alarm on a metric of its own, named as the alarm."""
    cloudwatch.put_metric_alarm(**ALARM | {"AlarmName": name, "MetricName": name} | changes)


def measure(twin: RunningTwin, name: str, value: float) -> None:
    now = twin.twin.clock.now()
    data = [{"MetricName": name, "Value": value, "Timestamp": now}]
    twin.client("cloudwatch").put_metric_data(Namespace="Shop", MetricData=data)


def described(cloudwatch: Any, name: str) -> Any:
    [found] = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return found


def state(cloudwatch: Any, name: str) -> str:
    return str(described(cloudwatch, name)["StateValue"])


def received(sqs: Any, url: str, wanted: int = 1) -> list[dict[str, Any]]:
    """The bodies of messages, as they come, for at most ten seconds."""
    found: list[dict[str, Any]] = []
    deadline = time.monotonic() + 10
    while len(found) < wanted and time.monotonic() < deadline:
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            found.append(json.loads(message["Body"]))
    return found


def refusal(call: Any, **parameters: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as refused:
        call(**parameters)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def test_an_alarm_goes_from_ok_to_alarm_and_back(
    still_twin: RunningTwin, cloudwatch: Any, alarm: str
) -> None:
    put(cloudwatch, alarm)
    states = [state(cloudwatch, alarm)]
    still_twin.advance(60)
    states.append(state(cloudwatch, alarm))
    measure(still_twin, alarm, 1.0)
    still_twin.advance(120)
    states.append(state(cloudwatch, alarm))
    measure(still_twin, alarm, 0.0)
    still_twin.advance(120)
    states.append(state(cloudwatch, alarm))

    assert states == ["INSUFFICIENT_DATA", "OK", "ALARM", "OK"]


@pytest.mark.parametrize(
    ("treat_missing", "expected"),
    [("missing", "INSUFFICIENT_DATA"), ("notBreaching", "OK"), ("breaching", "ALARM"), ("ignore", "OK")],
)
def test_silence_is_treated_as_the_alarm_says(
    still_twin: RunningTwin, cloudwatch: Any, alarm: str, treat_missing: str, expected: str
) -> None:
    put(cloudwatch, alarm, TreatMissingData=treat_missing)
    measure(still_twin, alarm, 0.0)
    still_twin.advance(120)
    with_data = state(cloudwatch, alarm)

    still_twin.advance(600)

    assert (with_data, state(cloudwatch, alarm)) == ("OK", expected)


def test_an_error_rate_without_traffic_is_no_error(
    still_twin: RunningTwin, cloudwatch: Any, alarm: str
) -> None:
    def metric(id: str) -> dict[str, Any]:
        stat = {"Metric": {"Namespace": "Shop", "MetricName": f"{alarm}-{id}"}, "Period": 60, "Stat": "Sum"}
        return {"Id": id, "MetricStat": stat, "ReturnData": False}

    rate = {"Id": "rate", "Expression": "IF(invocations > 0, 100 * errors / invocations, 0)"}
    single_metric = ("Namespace", "MetricName", "Statistic", "Period")
    math = {name: value for name, value in ALARM.items() if name not in single_metric}
    queries = [rate, metric("errors"), metric("invocations")]
    cloudwatch.put_metric_alarm(**math | {"AlarmName": alarm, "Metrics": queries, "Threshold": 5.0})
    still_twin.advance(300)
    without_traffic = state(cloudwatch, alarm)
    measure(still_twin, f"{alarm}-invocations", 20.0)
    measure(still_twin, f"{alarm}-errors", 2.0)
    still_twin.advance(120)

    assert (without_traffic, state(cloudwatch, alarm)) == ("OK", "ALARM")
    assert "[10.0 " in described(cloudwatch, alarm)["StateReason"]
    assert described(cloudwatch, alarm)["Metrics"][0] == rate | {"ReturnData": True}


def test_a_high_resolution_alarm_is_evaluated_every_ten_seconds(
    still_twin: RunningTwin, cloudwatch: Any, alarm: str
) -> None:
    put(cloudwatch, alarm, Period=10)
    data = {
        "MetricName": alarm,
        "Value": 1.0,
        "Timestamp": still_twin.twin.clock.now(),
        "StorageResolution": 1,
    }
    cloudwatch.put_metric_data(Namespace="Shop", MetricData=[data])

    still_twin.advance(12)

    assert state(cloudwatch, alarm) == "ALARM"


def test_a_change_of_state_reaches_a_topic_and_its_queue(
    still_twin: RunningTwin, cloudwatch: Any, alarm: str
) -> None:
    sns, sqs = still_twin.client("sns"), still_twin.client("sqs")
    topic = sns.create_topic(Name="alarms")["TopicArn"]
    url = sqs.create_queue(QueueName="alarms")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    put(cloudwatch, alarm, AlarmActions=[topic], AlarmDescription="bad")
    measure(still_twin, alarm, 3.0)

    still_twin.advance(120)
    [notification] = received(sqs, url)

    message = json.loads(notification["Message"])
    assert notification["Subject"].startswith('ALARM: "test_a_change_of_state_reaches')
    assert message["AlarmName"] == alarm
    assert (message["OldStateValue"], message["NewStateValue"]) in [
        ("OK", "ALARM"),
        ("INSUFFICIENT_DATA", "ALARM"),
    ]
    assert message["AlarmArn"] == described(cloudwatch, alarm)["AlarmArn"]
    assert message["Region"] == "US East (N. Virginia)"
    assert message["AlarmActions"] == [topic]
    assert message["Trigger"]["Statistic"] == "SUM"
    assert (message["Trigger"]["Threshold"], message["Trigger"]["Period"]) == (0.0, 60)


WATCHED = {"MetricStat": {"Metric": {"Namespace": "Shop", "MetricName": "n"}, "Period": 60, "Stat": "Sum"}}
SUM = {"Id": "n", "ReturnData": True, **WATCHED}
TOLD = {"Metric": {"Namespace": "Shop", "MetricName": "n", "Dimensions": []}, "Period": 60, "Stat": "Sum"}
TRIGGERS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"Statistic": "SampleCount"}, {"StatisticType": "Statistic", "Statistic": "SAMPLE_COUNT", "Unit": None}),
    ({"Statistic": "Average", "Unit": "Seconds"}, {"Statistic": "AVERAGE", "Unit": "Seconds"}),
    (
        {"Statistic": None, "ExtendedStatistic": "p99.5"},
        {"ExtendedStatistic": "p99.5", "StatisticType": "ExtendedStatistic"},
    ),
    (
        {"Dimensions": [{"Name": "shop", "Value": "1"}], "EvaluationPeriods": 3, "DatapointsToAlarm": 2},
        {"Dimensions": [{"name": "shop", "value": "1"}], "EvaluationPeriods": 3, "DatapointsToAlarm": 2},
    ),
    (
        dict.fromkeys(("Statistic", "MetricName", "Namespace", "Period")) | {"Metrics": [SUM]},
        {"Threshold": 0.0, "Metrics": [{"Id": "n", "ReturnData": True, "MetricStat": TOLD}]},
    ),
]  # fmt: skip


def test_the_trigger_of_a_message_tells_what_the_alarm_watches(
    still_twin: RunningTwin, cloudwatch: Any
) -> None:
    sns, sqs = still_twin.client("sns"), still_twin.client("sqs")
    topic = sns.create_topic(Name="triggers")["TopicArn"]
    url = sqs.create_queue(QueueName="triggers")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    names = [f"trigger-{number}" for number in range(len(TRIGGERS))]
    for name, (changes, _) in zip(names, TRIGGERS, strict=True):
        asked = ALARM | {"AlarmName": name, "AlarmActions": [topic]} | changes
        cloudwatch.put_metric_alarm(**{key: value for key, value in asked.items() if value is not None})
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="by hand")
    messages = [json.loads(each["Message"]) for each in received(sqs, url, len(TRIGGERS))]
    cloudwatch.delete_alarms(AlarmNames=names)

    triggers = {each["AlarmName"]: each["Trigger"] for each in messages}
    told = [triggers[name] for name in names]
    assert [{**found, **expected} for found, (_, expected) in zip(told, TRIGGERS, strict=True)] == told


def test_tags_of_an_alarm_that_is_not_there_are_not_found(still_twin: RunningTwin, cloudwatch: Any) -> None:
    arn = f"arn:aws:cloudwatch:{still_twin.region}:{still_twin.account}:alarm:nobody"

    assert refusal(cloudwatch.list_tags_for_resource, ResourceARN=arn)[0] == "ResourceNotFoundException"


def test_disabled_actions_change_the_state_but_tell_no_topic(
    still_twin: RunningTwin, cloudwatch: Any, alarm: str
) -> None:
    topic = still_twin.client("sns").create_topic(Name="silent")["TopicArn"]
    put(cloudwatch, alarm, AlarmActions=[topic])
    cloudwatch.disable_alarm_actions(AlarmNames=[alarm])
    cloudwatch.set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason="test")
    disabled = types_of_history(cloudwatch, alarm)
    cloudwatch.enable_alarm_actions(AlarmNames=[alarm])
    cloudwatch.set_alarm_state(AlarmName=alarm, StateValue="OK", StateReason="test")
    cloudwatch.set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason="test")
    still_twin.advance(1)

    assert "Action" not in disabled
    assert "Action" in types_of_history(cloudwatch, alarm)


def types_of_history(cloudwatch: Any, alarm: str) -> list[str]:
    items = cloudwatch.describe_alarm_history(AlarmName=alarm)["AlarmHistoryItems"]
    return [item["HistoryItemType"] for item in items]


def test_a_state_set_by_hand_lasts_until_the_next_evaluation(
    still_twin: RunningTwin, cloudwatch: Any, alarm: str
) -> None:
    put(cloudwatch, alarm)
    still_twin.advance(60)
    cloudwatch.set_alarm_state(
        AlarmName=alarm, StateValue="ALARM", StateReason="a drill", StateReasonData="{}"
    )
    set_by_hand = described(cloudwatch, alarm)

    still_twin.advance(60)

    assert (set_by_hand["StateValue"], set_by_hand["StateReason"]) == ("ALARM", "a drill")
    assert state(cloudwatch, alarm) == "OK"


def test_history_tells_what_happened_newest_first(
    still_twin: RunningTwin, cloudwatch: Any, alarm: str
) -> None:
    put(cloudwatch, alarm)
    still_twin.advance(60)
    put(cloudwatch, alarm, Threshold=1.0)

    items = cloudwatch.describe_alarm_history(AlarmName=alarm)["AlarmHistoryItems"]

    assert [item["HistorySummary"] for item in items] == [
        f'Alarm "{alarm}" updated',
        "Alarm updated from INSUFFICIENT_DATA to OK",
        f'Alarm "{alarm}" created',
    ]
    assert json.loads(items[1]["HistoryData"])["newState"]["stateValue"] == "OK"


def test_an_update_keeps_the_state_and_the_tags_and_replaces_the_rest(
    still_twin: RunningTwin, cloudwatch: Any, alarm: str
) -> None:
    put(cloudwatch, alarm, AlarmDescription="first", Tags=[{"Key": "team", "Value": "shop"}])
    cloudwatch.set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason="test")

    put(cloudwatch, alarm, Threshold=7.0)

    found = described(cloudwatch, alarm)
    tags = cloudwatch.list_tags_for_resource(ResourceARN=found["AlarmArn"])["Tags"]
    assert (found["StateValue"], found["Threshold"]) == ("ALARM", 7.0)
    assert "AlarmDescription" not in found
    assert tags == [{"Key": "team", "Value": "shop"}]


def test_describing_and_putting_back_an_alarm_changes_only_what_was_changed(
    still_twin: RunningTwin, cloudwatch: Any, alarm: str
) -> None:
    """What the release controller does to point an alarm at another version."""

    def metric(id: str, version: str) -> dict[str, Any]:
        dimensions = [{"Name": "ExecutedVersion", "Value": version}]
        named = {"Namespace": "AWS/Lambda", "MetricName": "Errors", "Dimensions": dimensions}
        return {"Id": id, "MetricStat": {"Metric": named, "Period": 60, "Stat": "Sum"}, "ReturnData": True}

    rule = {"EvaluationPeriods": 1, "Threshold": 5.0, "ComparisonOperator": "GreaterThanThreshold"}
    cloudwatch.put_metric_alarm(AlarmName=alarm, Metrics=[metric("errors", "1")], **rule)
    before = described(cloudwatch, alarm)
    accepted = cloudwatch.meta.service_model.operation_model("PutMetricAlarm").input_shape.members
    again = {name: value for name, value in before.items() if name in accepted}
    cloudwatch.put_metric_alarm(**again | {"Metrics": [metric("errors", "2")]})

    after = described(cloudwatch, alarm)

    assert after["Metrics"] == [metric("errors", "2")]
    assert {k: v for k, v in after.items() if k not in ("Metrics", "AlarmConfigurationUpdatedTimestamp")} == {
        k: v for k, v in before.items() if k not in ("Metrics", "AlarmConfigurationUpdatedTimestamp")
    }


def test_a_page_of_alarms_holds_fifty_however_many_names_are_asked_for(
    still_twin: RunningTwin, cloudwatch: Any
) -> None:
    names = [f"many-{number:02}" for number in range(51)]
    for name in names:
        put(cloudwatch, name)

    page = cloudwatch.describe_alarms(AlarmNames=names)
    functions = [
        FunctionOutputs(name, name, f"arn:aws:lambda:r:1:function:{name}:live", name, name) for name in names
    ]

    assert len(page["MetricAlarms"]) == 50
    assert "NextToken" in page
    assert sorted(read_alarms(cloudwatch, [*names, "no such alarm"])) == names
    assert sorted(alarms_of_functions(cloudwatch, functions)) == names
    for name in names:
        cloudwatch.set_alarm_state(AlarmName="many-00", StateValue="ALARM", StateReason=name)
        cloudwatch.set_alarm_state(AlarmName="many-00", StateValue="OK", StateReason=name)
    start = still_twin.twin.clock.now() - timedelta(minutes=1)
    changes = read_changes(cloudwatch, "many-00", start, None)
    assert [change.reason for change in changes if change.state == "ALARM"] == names[::-1]
    cloudwatch.delete_alarms(AlarmNames=names)


def test_alarms_are_found_by_prefix_state_action_and_metric(cloudwatch: Any) -> None:
    topic = "arn:aws:sns:us-east-1:123456789012:found"
    names = ["find-a", "find-b", "find-c"]
    for name in names:
        put(cloudwatch, name, AlarmActions=[topic] if name == "find-b" else [])
    cloudwatch.set_alarm_state(AlarmName="find-c", StateValue="ALARM", StateReason="test")

    def found(**by: Any) -> list[str]:
        return [each["AlarmName"] for each in cloudwatch.describe_alarms(**by)["MetricAlarms"]]

    first = cloudwatch.describe_alarms(AlarmNamePrefix="find-", MaxRecords=2)
    second = cloudwatch.describe_alarms(AlarmNamePrefix="find-", MaxRecords=2, NextToken=first["NextToken"])
    of_metric = cloudwatch.describe_alarms_for_metric(Namespace="Shop", MetricName="find-a")["MetricAlarms"]

    assert found(AlarmNamePrefix="find-") == names
    assert found(AlarmNamePrefix="find-", StateValue="ALARM") == ["find-c"]
    assert found(ActionPrefix=topic) == ["find-b"]
    assert found(AlarmNames=["find-a", "no-such-alarm"]) == ["find-a"]
    assert [each["AlarmName"] for each in first["MetricAlarms"] + second["MetricAlarms"]] == names
    assert "NextToken" not in second
    assert [each["AlarmName"] for each in of_metric] == ["find-a"]
    cloudwatch.delete_alarms(AlarmNames=names)
    assert found(AlarmNamePrefix="find-") == []


class TestCompositeAlarms:
    @pytest.fixture
    def family(self, cloudwatch: Any) -> Iterator[None]:
        for child in ("left", "right"):
            put(cloudwatch, child)
            cloudwatch.set_alarm_state(AlarmName=child, StateValue="OK", StateReason="test")
        cloudwatch.put_composite_alarm(AlarmName="both", AlarmRule="ALARM(left) AND ALARM(right)")
        yield
        cloudwatch.delete_alarms(AlarmNames=["both"])
        cloudwatch.delete_alarms(AlarmNames=["left", "right"])

    def composite(self, cloudwatch: Any) -> Any:
        [found] = cloudwatch.describe_alarms(AlarmTypes=["CompositeAlarm"], AlarmNames=["both"])[
            "CompositeAlarms"
        ]
        return found

    def test_follows_the_states_of_its_children_at_once(self, cloudwatch: Any, family: None) -> None:
        states = [self.composite(cloudwatch)["StateValue"]]
        for child in ("left", "right"):
            cloudwatch.set_alarm_state(AlarmName=child, StateValue="ALARM", StateReason="test")
            states.append(self.composite(cloudwatch)["StateValue"])
        cloudwatch.set_alarm_state(AlarmName="left", StateValue="OK", StateReason="test")
        states.append(self.composite(cloudwatch)["StateValue"])

        assert states == ["OK", "OK", "ALARM", "OK"]
        assert "alarm:left transitioned to OK" in self.composite(cloudwatch)["StateReason"]

    def test_is_described_only_when_asked_for(self, cloudwatch: Any, family: None) -> None:
        assert cloudwatch.describe_alarms(AlarmNames=["both"])["CompositeAlarms"] == []
        assert self.composite(cloudwatch)["AlarmRule"] == "ALARM(left) AND ALARM(right)"

    def test_protects_its_children_from_deletion(self, cloudwatch: Any, family: None) -> None:
        code, message = refusal(cloudwatch.delete_alarms, AlarmNames=["left"])

        assert code == "ValidationError"
        assert message.startswith("Cannot delete left as there are composite alarm(s) depending on it")

    def test_a_circle_of_composites_ends_and_is_undone_by_breaking_it(
        self, cloudwatch: Any, family: None
    ) -> None:
        cloudwatch.put_composite_alarm(AlarmName="above", AlarmRule="ALARM(both) OR ALARM(left)")
        cloudwatch.put_composite_alarm(AlarmName="both", AlarmRule="OK(above)")

        cloudwatch.set_alarm_state(AlarmName="left", StateValue="ALARM", StateReason="test")
        stuck = refusal(cloudwatch.delete_alarms, AlarmNames=["above"])
        cloudwatch.put_composite_alarm(AlarmName="both", AlarmRule="FALSE")
        cloudwatch.delete_alarms(AlarmNames=["above"])

        assert stuck[0] == "ValidationError"
        assert self.composite(cloudwatch)["StateValue"] == "OK"

    def test_needs_children_that_exist(self, cloudwatch: Any) -> None:
        code, message = refusal(cloudwatch.put_composite_alarm, AlarmName="c", AlarmRule="ALARM(nowhere)")

        assert code == "ValidationError"
        assert "[nowhere] in the alarm rule do not exist" in message

    @pytest.mark.parametrize("rule", ["(" * 400 + "TRUE" + ")" * 400, "NOT " * 400 + "TRUE"])
    def test_refuses_a_rule_nested_without_end(self, cloudwatch: Any, rule: str) -> None:
        with pytest.raises(ClientError, match="nested deeper than 64 levels"):
            cloudwatch.put_composite_alarm(AlarmName="deep", AlarmRule=rule)

    def test_refuses_a_rule_it_cannot_read(self, cloudwatch: Any) -> None:
        code, message = refusal(cloudwatch.put_composite_alarm, AlarmName="c", AlarmRule="TRUE AND")

        assert code == "ValidationError"
        assert "at character 8" in message


METRIC_DATA_QUERY = {
    "Id": "m",
    "MetricStat": {"Metric": {"Namespace": "Shop", "MetricName": "x"}, "Period": 60, "Stat": "Sum"},
}


@pytest.mark.parametrize(
    ("changes", "code", "complaint"),
    [
        ({"MetricName": None}, "ValidationError", "Exactly one of MetricName, Metrics"),
        (
            {"Metrics": [METRIC_DATA_QUERY]},
            "ValidationError",
            "Metrics list cannot be used together with MetricName",
        ),
        ({"Namespace": None}, "MissingParameter", "Namespace"),
        ({"Period": None}, "MissingParameter", "Period"),
        ({"Threshold": None}, "MissingParameter", "Threshold"),
        ({"EvaluationPeriods": None}, "MissingParameter", "EvaluationPeriods"),
        ({"ComparisonOperator": None}, "MissingParameter", "ComparisonOperator"),
        ({"Period": 45}, "ValidationError", "10, 20, 30 or a multiple of 60, not 45"),
        ({"Period": 5}, "ValidationError", "10, 20, 30 or a multiple of 60, not 5"),
        ({"Statistic": None}, "InvalidParameterCombination", "Exactly one of Statistic"),
        ({"ExtendedStatistic": "p90"}, "InvalidParameterCombination", "Exactly one of Statistic"),
        ({"Statistic": None, "ExtendedStatistic": "tm90"}, "ValidationError", "tm90"),
        ({"DatapointsToAlarm": 2}, "ValidationError", "cannot be greater than EvaluationPeriods"),
        ({"TreatMissingData": "forget"}, "ValidationError", "Option forget is not supported"),
        ({"Period": 60, "EvaluationPeriods": 1441}, "ValidationError", "86400 seconds"),
        ({"Period": 3600, "EvaluationPeriods": 169}, "ValidationError", "604800 seconds"),
        ({"ComparisonOperator": "GreaterThanUpperThreshold"}, "ValidationError", "anomaly detection"),
        ({"AlarmActions": ["not-an-arn"]}, "ValidationError", "Invalid arn syntax: not-an-arn"),
        (
            {"AlarmActions": ["arn:aws:automate:us-east-1:ec2:stop"]},
            "ValidationError",
            "does not support the alarm action",
        ),
        ({"EvaluationWindow": {"WallClockWindow": {}}}, "ValidationError", "wall clock"),
        (
            {"Dimensions": [{"Name": "a", "Value": "1"}] * 2},
            "InvalidParameterCombination",
            "same dimension name",
        ),
        ({"Unit": "Bananas"}, "ValidationError", "Bananas"),
    ],
)
def test_definitions_that_make_no_sense_are_refused(
    still_twin: RunningTwin, cloudwatch: Any, changes: dict[str, Any], code: str, complaint: str
) -> None:
    unchecked = still_twin.client("cloudwatch", parameter_validation=False)
    request = {k: v for k, v in (ALARM | {"AlarmName": "refused"} | changes).items() if v is not None}

    found, message = refusal(unchecked.put_metric_alarm, **request)

    assert (found, complaint in message) == (code, True), message
    assert cloudwatch.describe_alarms(AlarmNames=["refused"])["MetricAlarms"] == []


@pytest.mark.parametrize(
    ("queries", "complaint"),
    [
        ([METRIC_DATA_QUERY, METRIC_DATA_QUERY | {"Id": "n"}], "Exactly one element"),
        ([METRIC_DATA_QUERY | {"ReturnData": False}], "Exactly one element"),
        (
            [{"Id": "e", "Expression": "METRICS()"}, METRIC_DATA_QUERY | {"ReturnData": False}],
            "single time series",
        ),
        (
            [{"Id": "e", "Expression": "SUM(m)"}, METRIC_DATA_QUERY | {"ReturnData": False}],
            "does not give a time series",
        ),
        (
            [{"Id": "e", "Expression": "m +"}, METRIC_DATA_QUERY | {"ReturnData": False}],
            "Error in expression 'e'",
        ),
        (
            [METRIC_DATA_QUERY | {"Id": f"m{i}", "ReturnData": i == 0} for i in range(11)],
            "up to 10 metrics, not 11",
        ),
    ],
)
def test_expressions_an_alarm_cannot_watch_are_refused(
    cloudwatch: Any, queries: list[dict[str, Any]], complaint: str
) -> None:
    rule = {"EvaluationPeriods": 1, "Threshold": 5.0, "ComparisonOperator": "GreaterThanThreshold"}

    code, message = refusal(cloudwatch.put_metric_alarm, AlarmName="refused", Metrics=queries, **rule)

    assert code == "ValidationError"
    assert complaint in message


def test_setting_the_state_of_an_unknown_alarm_is_refused(cloudwatch: Any) -> None:
    with pytest.raises(cloudwatch.exceptions.ResourceNotFound):
        cloudwatch.set_alarm_state(AlarmName="unknown", StateValue="OK", StateReason="test")


def test_state_data_must_be_json(cloudwatch: Any, alarm: str) -> None:
    put(cloudwatch, alarm)

    with pytest.raises(cloudwatch.exceptions.InvalidFormatFault):
        cloudwatch.set_alarm_state(
            AlarmName=alarm, StateValue="OK", StateReason="test", StateReasonData="{not json"
        )

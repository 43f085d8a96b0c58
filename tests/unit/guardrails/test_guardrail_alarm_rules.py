"""Alarms: they say what silence means, and watch something that exists."""

from __future__ import annotations

import pytest
from support.faults.guardrail_cases import resource

from greenshift.guardrails import Resource, aws_types
from greenshift.guardrails.resources import UNKNOWN
from greenshift.guardrails.rules.alarms import ALARM_HAS_DATA, ALARM_MISSING_DATA

ALL_THREE = {"FunctionName": "f", "Resource": "f:live", "ExecutedVersion": "4"}


def alarm(dimensions: object = None, **inputs: object) -> Resource:
    own = {"namespace": "AWS/Lambda", "metricName": "Errors", "dimensions": dimensions or {}}
    return resource(aws_types.ALARM, inputs={**own, **inputs})


def data_faults(*args: object, **inputs: object) -> list[str]:
    return list(ALARM_HAS_DATA.check(alarm(*args, **inputs)))


@pytest.mark.parametrize(
    "dimensions",
    [
        {},
        {"FunctionName": "f"},
        {"FunctionName": "f", "Resource": "f"},
        {"FunctionName": "f", "Resource": "f:live"},
        ALL_THREE,
        {**ALL_THREE, "ExecutedVersion": UNKNOWN, "Resource": UNKNOWN},
        {"EventSourceMappingUUID": "u"},
        UNKNOWN,
    ],
)
def test_dimensions_lambda_publishes_pass(dimensions: object) -> None:
    assert data_faults(dimensions) == []


@pytest.mark.parametrize(
    ("dimensions", "reason"),
    [
        (
            {"FunctionName": "f", "ExecutedVersion": "4"},
            "Lambda publishes nothing under ExecutedVersion + FunctionName, so this alarm never gets data",
        ),
        ({"Resource": "f:live"}, "Lambda publishes nothing under Resource, so this alarm never gets data"),
        (
            {"FunctionName": "f", "Alias": "live"},
            "Lambda publishes nothing under Alias + FunctionName, so this alarm never gets data",
        ),
        (
            {**ALL_THREE, "Resource": "g:live"},
            "Resource 'g:live' is not of function 'f': it is the name, or name:alias",
        ),
        (
            {**ALL_THREE, "Resource": "f:4"},
            "ExecutedVersion is published for aliases only, and Resource 'f:4' names none",
        ),
        (
            {**ALL_THREE, "ExecutedVersion": "$LATEST"},
            "ExecutedVersion is a number: an alias that is shifted never runs $LATEST",
        ),
    ],
)
def test_an_alarm_that_can_never_receive_data_is_refused(dimensions: object, reason: str) -> None:
    assert [reason] == data_faults(dimensions)


def test_misspelt_names_are_refused_with_the_right_ones() -> None:
    assert data_faults(namespace="aws/lambda", metricName="errors") == [
        "namespace 'aws/lambda' does not exist; Lambda's is 'AWS/Lambda'",
        "metric 'errors' does not exist; Lambda's is 'Errors'",
    ]


def test_the_metrics_of_an_expression_are_looked_at() -> None:
    wrong = {"namespace": "AWS/Lambda", "metricName": "Errors", "dimensions": {"Alias": "live"}}
    math = resource(
        aws_types.ALARM,
        inputs={"metricQueries": [{"id": "rate", "expression": "e"}, {"id": "e", "metric": wrong}]},
    )

    assert len(list(ALARM_HAS_DATA.check(math))) == 1


def test_other_namespaces_are_none_of_this_rules_business() -> None:
    assert data_faults({"TableName": "t"}, namespace="AWS/DynamoDB") == []


@pytest.mark.parametrize("said", [None, "missing", "breaching"])
def test_an_alarm_on_a_function_must_treat_silence_as_no_fault(said: str | None) -> None:
    assert len(list(ALARM_MISSING_DATA.check(alarm(treatMissingData=said)))) == 1


@pytest.mark.parametrize("said", ["notBreaching", UNKNOWN])
def test_silence_as_no_fault_passes(said: object) -> None:
    assert list(ALARM_MISSING_DATA.check(alarm(treatMissingData=said))) == []


def test_an_alarm_on_something_else_must_only_say_something() -> None:
    heartbeat = alarm(namespace="Own", treatMissingData="breaching")

    assert list(ALARM_MISSING_DATA.check(heartbeat)) == []
    assert len(list(ALARM_MISSING_DATA.check(alarm(namespace="Own")))) == 1

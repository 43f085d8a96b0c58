"""Which calls a fault is about, and when it meets them: pure decisions."""

from __future__ import annotations

from typing import Any

import pytest

from greenshift.twin.callers.environments import Environment
from greenshift.twin.callers.principal import Principal
from greenshift.twin.faults import codes
from greenshift.twin.faults.match import matches
from greenshift.twin.faults.model import Call, Fault, FaultReport
from greenshift.twin.faults.parse import FaultRefused, document_of, fault_of, report_of
from greenshift.twin.faults.tally import begin, judge
from greenshift.twin.faults.words import line_of

ROLE = Principal("role", "arn:aws:iam::123456789012:role/shop-local-controller", "s")
PAY = Environment("shop-local-pay", lambda: None)


def call(
    service: str = "lambda",
    operation: str = "PublishVersion",
    principal: Principal = ROLE,
    environment: Environment | None = PAY,
    **parameters: Any,
) -> Call:
    return Call(principal, service, operation, lambda: parameters, environment)


@pytest.mark.parametrize(
    ("fault", "is_met"),
    [
        (Fault("throttle"), True),
        (Fault("throttle", "lambda"), True),
        (Fault("throttle", "dynamodb"), False),
        (Fault("throttle", "lambda", "Publish*"), True),
        (Fault("throttle", "lambda", "Get*"), False),
        (Fault("throttle", function="shop-*-pay"), True),
        (Fault("throttle", function="other-*"), False),
        (Fault("throttle", principal="shop-local-controller"), True),
        (Fault("throttle", principal="arn:aws:iam::*:role/shop-*"), True),
        (Fault("throttle", principal="events.amazonaws.com"), False),
        (Fault("throttle", parameters=(("FunctionName", "pay*"),)), True),
        (Fault("throttle", parameters=(("FunctionName", "page*"),)), False),
        (Fault("throttle", parameters=(("Qualifier", "*"),)), False),
        (Fault("throttle", parameters=(("Payload", '*"step": "shift"*'),)), True),
        (Fault("throttle", parameters=(("Key.id.S", "one"),)), True),
    ],
)
def test_every_part_of_a_fault_narrows_the_calls_it_meets(fault: Fault, is_met: bool) -> None:
    made = call(FunctionName="pay:live", Payload=b'{"step": "shift"}', Key={"id": {"S": "one"}})

    assert matches(fault, made) is is_met


def test_only_a_call_from_a_function_can_be_killed_or_asked_for_by_function() -> None:
    from_outside = call(environment=None)

    assert not matches(Fault("kill"), from_outside)
    assert not matches(Fault("delay", function="shop-*"), from_outside)
    assert matches(Fault("kill"), call())


def test_a_request_signed_for_another_name_than_boto3s_is_known_by_it() -> None:
    assert matches(Fault("throttle", "stepfunctions"), call("states", "StartExecution"))


def fired(fault: Fault, calls: list[tuple[float, float]]) -> list[bool]:
    """What becomes of calls at (moment, chance)."""
    tally, found = begin(fault, 0.0), []
    for now, chance in calls:
        tally, fires = judge(fault, tally, now, chance)
        found.append(fires)
    assert (tally.matched, tally.fired) == (len(calls), sum(found))
    return found


def test_some_calls_pass_first_and_then_some_are_met() -> None:
    assert fired(Fault("error", after=2, count=2), [(0, 0)] * 6) == [False, False, True, True, False, False]


def test_a_probability_meets_the_calls_whose_chance_is_below_it() -> None:
    assert fired(Fault("error", probability=0.05), [(0, 0.04), (0, 0.05), (0, 0.9)]) == [True, False, False]


def test_only_calls_beyond_the_rate_are_met() -> None:
    moments = [0.0, 0.1, 0.2, 0.6, 0.61, 5.0, 5.0, 5.0]

    met = fired(Fault("throttle", per_second=2), [(now, 0) for now in moments])

    assert met == [False, False, True, False, True, False, False, True]


@pytest.mark.parametrize(
    ("service", "throttle", "failure"),
    [
        ("codedeploy", ("ThrottlingException", 400), ("InternalFailure", 500)),
        ("codepipeline", ("ThrottlingException", 400), ("InternalFailure", 500)),
        ("lambda", ("TooManyRequestsException", 429), ("ServiceException", 500)),
        ("dynamodb", ("ThrottlingException", 400), ("InternalServerError", 500)),
        ("s3", ("SlowDown", 503), ("InternalError", 500)),
        ("sns", ("Throttled", 429), ("InternalError", 500)),
        ("sqs", ("RequestThrottled", 400), ("InternalFailure", 500)),
        ("iam", ("Throttling", 400), ("ServiceFailure", 500)),
        ("sts", ("Throttling", 400), ("InternalFailure", 500)),
        ("not-in-botocore", ("ThrottlingException", 400), ("InternalFailure", 500)),
    ],
)
def test_each_service_has_its_own_errors(
    service: str, throttle: tuple[str, int], failure: tuple[str, int]
) -> None:
    throttled, failed = codes.throttled(service), codes.failed(service)

    assert (throttled.code, throttled.status) == throttle
    assert (failed.code, failed.status) == failure


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"kind": "explode"}, "no such kind: 'explode'; there are throttle, error, timeout, delay"),
        ({"kind": "killl"}, "did you mean kill?"),
        ({}, "no such kind: 'None'"),
        ({"kind": "kill", "service": "codedploy"}, "no such service: 'codedploy'; did you mean codedeploy"),
        (
            {"kind": "kill", "service": "lambda", "operation": "PublishVersions"},
            "no such operation of lambda: 'PublishVersions'; did you mean PublishVersion or",
        ),
        ({"kind": "kill", "service": "lambda", "operation": "Zap*"}, "names are those of boto3"),
        ({"kind": "kill", "when": 3}, "no such member: 'when'"),
        ({"kind": "throttle", "count": 0}, "count must be a whole number from 1, or nothing for ever, not 0"),
        ({"kind": "throttle", "after": -1}, "after must be a whole number from 0"),
        ({"kind": "throttle", "after": True}, "after must be a whole number from 0"),
        ({"kind": "throttle", "probability": 0}, "probability must be a number above 0 and up to 1"),
        ({"kind": "throttle", "per_second": "2"}, "per_second must be a number above 0, not '2'"),
        ({"kind": "throttle", "performed": True}, "performed means nothing for throttle; it is for error"),
        ({"kind": "error", "seconds": 3}, "seconds means nothing for error; it is for delay, timeout"),
        ({"kind": "error", "status": 404}, "status must be a whole number from 500 to 599"),
        ({"kind": "delay"}, "a delay needs seconds above 0"),
        ({"kind": "kill", "parameters": ["x"]}, "parameters must be an object"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_would(body: dict[str, Any], why: str) -> None:
    with pytest.raises(FaultRefused) as refused:
        fault_of(body)

    assert why in str(refused.value)


def test_a_fault_reads_back_as_it_was_written() -> None:
    fault = Fault(
        "error", "lambda", "Get*", "f*", "role", (("A.b", "c"),), 2, 3, 0.5, 7, 1.5, True, 0.0, "Oops", 503
    )
    report = FaultReport("fault-1", fault, 9, 3)

    assert report_of(document_of(report)) == report
    assert report_of(document_of(FaultReport("x", Fault("kill"), 0, 0))) == FaultReport(
        "x", Fault("kill"), 0, 0
    )


def test_a_fault_is_told_in_one_line() -> None:
    limit = Fault("throttle", "codedeploy", "CreateDeployment", per_second=2)
    kill = Fault(
        "kill", "dynamodb", "UpdateItem", "*-controller", parameters=(("TableName", "t"),), after=3, count=1,
        performed=True,
    )  # fmt: skip
    slow = Fault("delay", seconds=1.5, probability=0.1, principal="r", count=2)

    assert [line_of(FaultReport("fault-1", fault, 12, 3)) for fault in (limit, kill, slow)] == [
        "fault-1  throttle codedeploy CreateDeployment beyond 2 per second: met 3 of 12 calls",
        "fault-1  kill dynamodb UpdateItem from *-controller with TableName=t after it is performed"
        " after 3 calls once: met 3 of 12 calls",
        "fault-1  delay of 1.5 s for every call by r with probability 0.1 2 times: met 3 of 12 calls",
    ]

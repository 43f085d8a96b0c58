"""Log lines, metrics and error payloads, as Lambda words them."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path

import pytest

from greenshift.twin.awslambda.asynchronous import retry_rules, throttle_pause
from greenshift.twin.awslambda.client_context import decoded_client_context
from greenshift.twin.awslambda.execution import outcome
from greenshift.twin.awslambda.execution.environment import FunctionFacts, environment_of
from greenshift.twin.awslambda.execution.search_paths import SearchPaths
from greenshift.twin.awslambda.model import EventInvokeConfig
from greenshift.twin.awslambda.report import Run, dimension_sets, end_lines, measurements, report_line, tail
from greenshift.twin.awslambda.wire import timestamp
from greenshift.twin.service import ServiceError

RUN = Run(
    request_id="id-1",
    function="pay",
    qualifier="live",
    is_alias=True,
    version="4",
    started=0.0,
    seconds=0.0123,
    timeout=3,
    memory_size=128,
    memory_used_mb=40,
    init_seconds=0.05,
    is_error=False,
    error_type="",
    is_timeout=False,
)


def test_the_report_line_reads_as_on_aws() -> None:
    assert report_line(RUN) == (
        "REPORT RequestId: id-1\tDuration: 12.30 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\t"
        "Max Memory Used: 40 MB\tInit Duration: 50.00 ms"
    )


def test_a_warm_invocation_reports_no_init() -> None:
    assert "Init" not in report_line(replace(RUN, init_seconds=None))


def test_a_time_out_is_said_before_the_end() -> None:
    lines = list(end_lines(replace(RUN, is_timeout=True, is_error=True), now=0.5))

    assert lines[0] == "1970-01-01T00:00:00.500Z id-1 Task timed out after 3.00 seconds"
    assert lines[1] == "END RequestId: id-1"
    assert lines[2].endswith("Status: timeout")


def test_the_tail_is_the_last_four_kilobytes() -> None:
    text = base64.b64decode(tail(["x" * 5000, "last"])).decode()

    assert len(text) == 4096
    assert text.endswith("x\nlast\n")


def test_an_alias_invocation_is_counted_under_four_sets_of_dimensions() -> None:
    assert dimension_sets("pay", "live", True, "4") == [
        {},
        {"FunctionName": "pay"},
        {"FunctionName": "pay", "Resource": "pay:live"},
        {"FunctionName": "pay", "Resource": "pay:live", "ExecutedVersion": "4"},
    ]


@pytest.mark.parametrize(("qualifier", "resource"), [(None, "pay"), ("$LATEST", "pay"), ("4", "pay:4")])
def test_only_alias_invocations_have_an_executed_version(qualifier: str | None, resource: str) -> None:
    sets = dimension_sets("pay", qualifier, False, "4")

    assert sets[-1] == {"FunctionName": "pay", "Resource": resource}
    assert len(sets) == 3


def test_errors_get_a_zero_when_all_went_well() -> None:
    assert ("Errors", 0.0, "Count") in measurements(RUN)
    assert ("Errors", 1.0, "Count") in measurements(replace(RUN, is_error=True))


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (0, "Runtime exited without providing a reason"),
        (1, "Runtime exited with error: exit status 1"),
        (-9, "Runtime exited with error: signal: killed"),
    ],
)
def test_the_end_of_a_process_is_worded_as_on_aws(code: int, reason: str) -> None:
    ended = outcome.exited("id-1", code)

    assert json.loads(ended.payload) == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: id-1 Error: {reason}",
    }
    assert ended.is_error


def test_a_response_over_the_limit_becomes_an_error() -> None:
    assert not outcome.responded(b"x" * outcome.RESPONSE_LIMIT).is_error
    assert (
        outcome.responded(b"x" * (outcome.RESPONSE_LIMIT + 1)).error_type == "Function.ResponseSizeTooLarge"
    )


def test_timestamps_have_lambdas_own_form() -> None:
    assert timestamp(1_800_000_000.25) == "2027-01-15T08:00:00.250+0000"


def test_users_variables_win_over_defaults_and_lose_to_reserved_ones() -> None:
    facts = FunctionFacts(
        "pay", "4", "python3.13", "app.h", 256, "/g", "s", {"TZ": "Europe/Berlin", "_HANDLER": "x"}
    )
    made = environment_of(
        facts, {"AWS_REGION": "us-east-1"}, Path("/task"), Path("/scratch"), SearchPaths(())
    )

    assert made["TZ"] == "Europe/Berlin"
    assert made["_HANDLER"] == "app.h"
    assert made["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.13"
    assert made["AWS_REGION"] == "us-east-1"
    assert "NODE_PATH" not in made


def test_nothing_of_the_twins_own_environment_leaks() -> None:
    facts = FunctionFacts("pay", "4", "python3.13", "app.h", 256, "/g", "s", {})
    made = environment_of(facts, {}, Path("/task"), Path("/scratch"), SearchPaths((), (Path("/modules"),)))

    assert made["NODE_PATH"] == "/modules"
    assert made["HOME"] == "/scratch"
    assert not {"PYTHONPATH", "VIRTUAL_ENV", "USER"} & made.keys()


def test_asynchronous_events_are_retried_twice_by_default() -> None:
    assert retry_rules(None).retries == 2
    assert retry_rules(EventInvokeConfig(0.0, maximum_retry_attempts=0)).retries == 0
    assert retry_rules(EventInvokeConfig(0.0, maximum_event_age=60)).age == 60


def test_throttled_events_pause_longer_each_time_up_to_five_minutes() -> None:
    pauses, pause = [], 0.0
    for _ in range(12):
        pause = throttle_pause(pause)
        pauses.append(pause)

    assert pauses[:4] == [1.0, 2.0, 4.0, 8.0]
    assert pauses[-1] == 300.0


def test_the_client_context_travels_as_json_on_one_line() -> None:
    encoded = base64.b64encode(b'{"custom":\n{"a": 1}}').decode()

    assert decoded_client_context(encoded) == '{"custom": {"a": 1}}'
    assert decoded_client_context(None) is None


@pytest.mark.parametrize("text", ["%%%", base64.b64encode(b"no json").decode()])
def test_a_client_context_that_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(ServiceError, match="base64 of a JSON object"):
        decoded_client_context(text)

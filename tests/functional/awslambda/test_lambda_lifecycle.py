"""Time-outs, throttles, parallel executions, and calls back into the twin."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

SPAWNING = """
import subprocess, sys, time
def handler(event, context):
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    print("child", child.pid, flush=True)
    time.sleep(600)
"""


def test_a_function_that_takes_too_long_is_killed_with_all_it_started(bench: Any) -> None:
    name = bench.python(SPAWNING, Timeout=1)
    began = time.monotonic()
    payload, error = bench.call(name)

    assert error == "Unhandled"
    assert payload["errorType"] == "Sandbox.Timedout"
    assert payload["errorMessage"].endswith("Error: Task timed out after 1.00 seconds")
    assert time.monotonic() - began >= 1, "it had its whole time, and would have taken 600 s"
    lines = bench.log(name)
    assert any("Task timed out after 1.00 seconds" in line for line in lines)
    child = int(next(line for line in lines if line.startswith("child")).split()[1])
    bench.wait_for(lambda: not bench.is_alive(child))


@pytest.mark.parametrize("source", ["while (true) {}", "await new Promise((r) => setTimeout(r, 60000))"])
def test_a_node_function_that_takes_too_long_is_killed(bench: Any, source: str) -> None:
    name = bench.node(f"exports.handler = async () => {{ {source} }}", Timeout=1)

    assert bench.call(name)[0]["errorType"] == "Sandbox.Timedout"


def test_time_outs_are_real_time_whatever_the_clock(bench: Any) -> None:
    name = bench.python(
        "import time\ndef handler(e, c):\n    time.sleep(1.2)\n    return 'done'\n", Timeout=2
    )

    assert bench.call(name) == ("done", None)


# Each waits in its folder, which all executions of a function share, until all twelve are there.
MEETING = """
import os, pathlib, time
def handler(event, context):
    folder = pathlib.Path(os.environ["TMPDIR"])
    (folder / f"{os.getpid()}.here").touch()
    while len(list(folder.glob("*.here"))) < 12:
        time.sleep(0.01)
    return os.getpid()
"""


def test_concurrent_executions_run_in_parallel(bench: Any) -> None:
    name = bench.python(MEETING, Timeout=60)
    with ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(lambda _: bench.call(name), range(12)))

    assert [error for _, error in answers] == [None] * 12
    assert len({pid for pid, _ in answers}) == 12


def test_a_function_without_concurrency_is_throttled(bench: Any) -> None:
    name = bench.python("def handler(e, c):\n    return 1\n")
    bench.client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    with pytest.raises(ClientError) as caught:
        bench.call(name)

    response = caught.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert response["Error"]["Code"] == "TooManyRequestsException"
    assert response["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    bench.client.delete_function_concurrency(FunctionName=name)
    assert bench.call(name) == (1, None)


def test_reserved_concurrency_bounds_what_runs_at_once(bench: Any) -> None:
    name = bench.python("import time\ndef handler(e, c):\n    time.sleep(0.4)\n    return 1\n")
    bench.call(name)
    bench.client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=2)

    def one(_: int) -> bool:
        try:
            return bool(bench.call(name) == (1, None))
        except ClientError as error:
            assert error.response["Error"]["Code"] == "TooManyRequestsException"
            return False

    with ThreadPoolExecutor(6) as threads:
        served = list(threads.map(one, range(6)))
    assert 2 <= sum(served) < 6


CALLS_BACK = """
import boto3
def handler(event, context):
    role = boto3.client("sts").get_caller_identity()["Arn"]
    boto3.client("dynamodb").update_item(
        TableName="calls", Key={"id": {"S": "n"}}, UpdateExpression="ADD n :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
    )
    return role
"""


def test_sixteen_functions_may_call_back_into_the_twin_at_once(bench: Any) -> None:
    dynamodb = bench.twin.client("dynamodb")
    dynamodb.create_table(
        TableName="calls",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    iam = bench.twin.client("iam")
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    made = iam.create_policy(PolicyName="everything", PolicyDocument=json.dumps(policy))
    iam.attach_role_policy(RoleName="runs-functions", PolicyArn=made["Policy"]["Arn"])
    name = bench.python(CALLS_BACK, Timeout=25)
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda _: bench.call(name), range(16)))

    assert [error for _, error in answers] == [None] * 16
    assert {arn.rsplit("/", 2)[-2] for arn, _ in answers} == {"runs-functions"}
    item = dynamodb.get_item(TableName="calls", Key={"id": {"S": "n"}})["Item"]
    assert item["n"]["N"] == "16"


def test_a_dry_run_and_an_event_have_their_own_status(bench: Any) -> None:
    name = bench.python("def handler(e, c):\n    print('ran', e)\n")

    dry = bench.client.invoke(FunctionName=name, InvocationType="DryRun")
    assert dry["StatusCode"] == 204
    accepted = bench.client.invoke(FunctionName=name, InvocationType="Event", Payload=b'{"n": 1}')
    assert accepted["StatusCode"] == 202
    assert bench.wait_for(lambda: bench.logged(name, "ran")) == ["ran {'n': 1}"]


@pytest.mark.parametrize(
    ("payload", "code", "status"),
    [
        (b"{not json", "InvalidRequestContentException", 400),
        (b'"' + b"x" * 6_291_456 + b'"', "RequestTooLargeException", 413),
    ],
)
def test_a_payload_no_function_could_get_is_refused(
    bench: Any, payload: bytes, code: str, status: int
) -> None:
    name = bench.python("def handler(e, c):\n    return 1\n")
    with pytest.raises(ClientError) as caught:
        bench.client.invoke(FunctionName=name, Payload=payload)

    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_a_payload_of_five_megabytes_goes_there_and_back(bench: Any) -> None:
    for name in (
        bench.python("def handler(e, c):\n    return e\n", Timeout=60),
        bench.node("exports.handler = async (e) => e", Timeout=60),
    ):
        assert bench.call(name, "y" * 5_000_000) == ("y" * 5_000_000, None)


def test_an_unknown_alias_is_not_found(bench: Any) -> None:
    name = bench.python("def handler(e, c):\n    return 1\n")
    with pytest.raises(ClientError) as caught:
        bench.call(name, Qualifier="live")

    assert caught.value.response["Error"]["Code"] == "ResourceNotFoundException"

"""An error that no retry can help is sent once, however fast the twin's time runs: no client sees a skew."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from support.people.go_clients import go_client

from greenshift.contract.clock import time_of
from greenshift.testing import RunningTwin, start_twin
from greenshift.twin import nodesdk
from greenshift.twin.machine import nodejs

# The service, its client in both SDKs, what is asked, with what, and the error that must come back.
ASKED = [
    ("lambda", "Lambda", "GetFunction", {"FunctionName": "absent"}, "ResourceNotFoundException"),
    ("s3", "S3", "ListObjectsV2", {"Bucket": "absent"}, "NoSuchBucket"),
    (
        "dynamodb",
        "DynamoDB",
        "GetItem",
        {"TableName": "absent", "Key": {"id": {"S": "1"}}},
        "ResourceNotFoundException",
    ),
    ("ssm", "SSM", "GetParameter", {"Name": "absent"}, "ParameterNotFound"),
    (
        "codedeploy",
        "CodeDeploy",
        "GetApplication",
        {"applicationName": "absent"},
        "ApplicationDoesNotExistException",
    ),
]
# What the client in Go asks for; it has fewer services, as each takes long to compile.
ASKED_IN_GO = [ASKED[0], ASKED[4], ("events", "", "DescribeRule", {}, "ResourceNotFoundException")]
# More than the five minutes that SDKs take for a skew and not for a slow answer.
AHEAD = 400.0
SCRIPT = """
const answers = [];
for (const [package_, client, operation, parameters] of JSON.parse(process.argv[1])) {
  const sdk = require(`@aws-sdk/client-${package_}`);
  const it = new sdk[`${client}Client`]({
    endpoint: process.env.TWIN, region: "us-east-1", forcePathStyle: true,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  answers.push(it.send(new sdk[`${operation}Command`](parameters)).then(() => "none", (error) => error.name));
}
Promise.all(answers).then((all) => console.log(JSON.stringify(all)));
"""


@pytest.fixture(scope="module", params=[1.0, 60.0, 600.0], ids=["speed 1", "speed 60", "speed 600"])
def hasty(request: pytest.FixtureRequest) -> Iterator[RunningTwin]:
    """A twin whose time is well ahead of everyone's, where it runs faster."""
    with start_twin(speed=request.param) as twin:
        deadline = time.monotonic() + 60
        while request.param > 1 and _ahead(twin) < AHEAD:
            assert time.monotonic() < deadline, "its time does not run"
            time.sleep(0.1)
        yield twin


def _ahead(twin: RunningTwin) -> float:
    moment = time_of(twin.client("sts").get_caller_identity()["ResponseMetadata"]["HTTPHeaders"])
    assert moment is not None
    return moment.timestamp() - time.time()


def _python(twin: RunningTwin) -> list[str]:
    codes = []
    for service, _, operation, parameters, _ in ASKED:
        client = boto3.client(
            service,
            endpoint_url=twin.endpoint,
            region_name="us-east-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
            config=Config(retries={"mode": "standard", "max_attempts": 3}),
        )
        with pytest.raises(ClientError) as refused:
            client._make_api_call(operation, parameters)
        codes.append(refused.value.response["Error"]["Code"])
    return codes


def _node(twin: RunningTwin) -> list[str]:
    cache = twin.twin.options.cache
    nodesdk.install(cache, lambda _: None)
    asked = json.dumps([each[:4] for each in ASKED])
    done = subprocess.run(
        [nodejs.executable(), "-e", SCRIPT, asked],
        env={
            **os.environ,
            "TWIN": twin.endpoint,
            "NODE_PATH": str(Path(nodesdk.sdk_directory(cache)) / "node_modules"),
        },
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    names: list[str] = json.loads(done.stdout)
    return names


def _go(twin: RunningTwin) -> list[str]:
    codes: list[str] = go_client(twin, "errors")
    return codes


@pytest.mark.parametrize(
    ("client", "asked"),
    [(_python, ASKED), (_node, ASKED), (_go, ASKED_IN_GO)],
    ids=["Python", "Node", "Go"],
)
def test_an_error_that_no_retry_helps_is_sent_once(
    hasty: RunningTwin, client: Callable[[RunningTwin], list[str]], asked: list[Any]
) -> None:
    before = _sent(hasty)

    assert client(hasty) == [code for *_, code in asked]

    assert dict(_sent(hasty) - before) == {operation: 1 for _, _, operation, _, _ in asked}


def _sent(twin: RunningTwin) -> Counter[str]:
    wanted = {operation for _, _, operation, _, _ in (*ASKED, *ASKED_IN_GO)}
    calls = twin.request("GET", "/_twin/calls")["calls"]
    return Counter(each["operation"] for each in calls if each["operation"] in wanted)

"""Every operation of our services against what nobody would send: no failure, no stall, no growth.

``make test`` sends two thousand requests, ``make sweep`` (GREENSHIFT_SWEEP=full) many more, with seeds of its
own choosing. What is found is told as the request that found it.
"""

from __future__ import annotations

import contextlib
import functools
import http.client
import io
import json
import os
import re
import secrets
import socket
import urllib.request
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from support.faults import fuzz

from greenshift.twin.machine import process
from greenshift.twin.machine.process import TwinHandle
from greenshift.twin.service import service_model

IS_LONG = os.environ.get("GREENSHIFT_SWEEP") == "full"
COUNT = 12_000 if IS_LONG else 2_000
WARM = 2_000 if IS_LONG else 500
SEED = secrets.randbits(32) if IS_LONG else 20_261_128
LONGEST_STALL = 0.25
GROWTH = 1.2


@pytest.fixture(scope="module")
def handle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwinHandle]:
    home = tmp_path_factory.mktemp("fuzzed") / ".greenshift"
    running = process.start(home)
    try:
        _furnish(running)
        yield running
    finally:
        process.stop(home)


def _furnish(handle: TwinHandle) -> None:
    """Something of each kind to ask for, by the names the requests use."""
    client = functools.partial(
        boto3.client, region_name=handle.region, endpoint_url=handle.endpoint,
        aws_access_key_id="local", aws_secret_access_key="local",
    )  # fmt: skip
    services = [f"{name}.amazonaws.com" for name in ("lambda", "codebuild", "codedeploy", "codepipeline")]
    statement = {"Effect": "Allow", "Principal": {"Service": services}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    role = client("iam").create_role(RoleName="fuzzed", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("app.py", "def handler(event, context):\n    return event\n")
    for name in ("fuzzed", "fuzzed-too"):
        client("lambda").create_function(
            FunctionName=name, Role=role, Runtime="python3.13", Handler="app.handler", Publish=True,
            Code={"ZipFile": package.getvalue()},
        )  # fmt: skip
        client("lambda").create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    client("events").put_rule(Name="fuzzed", EventPattern='{"source": ["a"]}')
    client("cloudwatch").put_composite_alarm(AlarmName="fuzzed", AlarmRule="TRUE")
    client("codebuild").create_project(
        name="fuzzed", serviceRole=role, artifacts={"type": "NO_ARTIFACTS"},
        source={"type": "NO_SOURCE", "buildspec": "version: 0.2\nphases: {build: {commands: [echo]}}"},
        environment={"type": "LINUX_CONTAINER", "image": "i", "computeType": "BUILD_GENERAL1_SMALL"},
    )  # fmt: skip
    client("codedeploy").create_application(applicationName="fuzzed", computePlatform="Lambda")
    client("codedeploy").create_deployment_group(
        applicationName="fuzzed", deploymentGroupName="fuzzed", serviceRoleArn=role,
        deploymentConfigName="CodeDeployDefault.LambdaAllAtOnce",
        deploymentStyle={"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
    )  # fmt: skip


class Sender:
    """Sends over connections that are kept, and notes what came back."""

    def __init__(self, handle: TwinHandle) -> None:
        self.statuses: Counter[int] = Counter()
        self.failures: list[str] = []
        self._place = urlsplit(handle.endpoint).netloc
        self._connection = http.client.HTTPConnection(self._place, timeout=60)
        self._slow: list[socket.socket] = []

    def send(self, request: fuzz.Request) -> None:
        if request.cut is not None:
            self._send_part(request)
            return
        try:
            self._connection.request(request.method, request.path, request.body, request.headers)
            response = self._connection.getresponse()
            body = response.read()
        except (http.client.HTTPException, OSError, ValueError) as error:
            self._connection.close()
            self._note(request, f"no answer: {error!r}", b"")
            return
        self.statuses[response.status] += 1
        if response.status >= 500 and not _is_modelled(request, response, body):
            self._note(request, f"{response.status}", body)

    def _send_part(self, request: fuzz.Request) -> None:
        """A body that stops in the middle: some hang up at once, some never do."""
        host, port = self._place.split(":")
        connection = socket.create_connection((host, int(port)), timeout=10)
        head = {"Host": self._place, "Content-Length": str(len(request.body)), **request.headers}
        lines = [
            f"{request.method} {request.path} HTTP/1.1",
            *(f"{key}: {text}" for key, text in head.items()),
        ]
        with contextlib.suppress(OSError):
            connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + request.body[: request.cut])
        self._slow.append(connection)
        if len(self._slow) > 20:
            self._slow.pop(0).close()

    def _note(self, request: fuzz.Request, what: str, body: bytes) -> None:
        told = {"path": request.path[:200], "headers": request.headers, "body": repr(request.body[:600])}
        self.failures.append(
            f"{request.service} {request.operation}: {what} {body[:300]!r}\n  {json.dumps(told)}"
        )

    def close(self) -> None:
        self._connection.close()
        for connection in self._slow:
            connection.close()


def _is_modelled(request: fuzz.Request, response: http.client.HTTPResponse, body: bytes) -> bool:
    """An error of 500 or more that AWS's own model has, or that says an operation is not there."""
    if response.status == 501:
        return True
    name = (response.getheader("x-amzn-errortype") or "").partition(":")[0]
    shapes = service_model(request.service).operation_model(request.operation).error_shapes
    return response.status < 600 and name in {shape.name for shape in shapes}


def ask(handle: TwinHandle, method: str) -> dict[str, Any]:
    request = urllib.request.Request(f"{handle.endpoint}/_twin/heartbeat", b"{}", method=method)
    with urllib.request.urlopen(request, timeout=30) as response:
        found: dict[str, Any] = json.load(response)
        return found


def test_no_request_fails_stalls_or_swells_the_twin(handle: TwinHandle, tmp_path: Path) -> None:
    sender = Sender(handle)
    ask(handle, "POST")
    before = 0
    for number, request in enumerate(fuzz.requests(SEED, COUNT)):
        sender.send(request)
        if number == WARM:
            before = ask(handle, "GET")["memory"]
    sender.close()
    beat = ask(handle, "DELETE")

    print(
        f"\n{COUNT} requests (seed {SEED}), statuses {dict(sorted(sender.statuses.items()))}\n"
        f"longest stall {beat['longest_processor'] * 1000:.0f} ms of the processor, "
        f"{beat['longest_wall'] * 1000:.0f} ms by the clock\n"
        f"memory {before / 2**20:.0f} MiB after {WARM}, {beat['memory'] / 2**20:.0f} MiB after {COUNT}"
    )
    assert not sender.failures, _grouped(sender.failures)
    assert beat["beats"] > 0
    assert beat["longest_processor"] < LONGEST_STALL
    assert beat["memory"] < before * GROWTH


def _grouped(failures: list[str]) -> str:
    """One of each kind, with how often it came."""
    kinds: dict[str, list[str]] = {}
    for failure in failures:
        kinds.setdefault(re.sub(r"[0-9a-f]{8}", "", failure.split("\n")[0])[:160], []).append(failure)
    shown = [f"{len(found)} x {found[0]}" for found in kinds.values()]
    return f"seed {SEED}: {len(failures)} failures of {len(kinds)} kinds\n" + "\n".join(shown[:40])

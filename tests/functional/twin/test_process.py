"""The twin as a process: found again, refused twice, gone when stopped."""

from __future__ import annotations

import functools
import io
import json
import os
import signal
import socket
import threading
import time
import uuid
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3
import pytest
from support.measures.processes import HIDING, STARTED, tagged

from greenshift.errors import TwinError, UsageError
from greenshift.twin.machine import process


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


class OlderTwin(BaseHTTPRequestHandler):
    """What a twin of an earlier Greenshift said of itself, while a newer one asks."""

    def do_GET(self) -> None:
        body = json.dumps({"instance": "one", "time": 1_800_000_000.0, "speed": 60.0}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def test_a_twin_from_before_an_update_can_still_be_asked() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), OlderTwin) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        endpoint = f"http://127.0.0.1:{server.server_port}"

        told = process.health(process.TwinHandle(1, endpoint, "one", 60.0, "123456789012", "us-east-1"))

        server.shutdown()
    assert told["time"] == 1_800_000_000.0
    assert abs(told["wall"] - time.time()) < 3_600


def test_a_twin_is_started_found_and_stopped_without_a_trace(tmp_path: Path) -> None:
    home = tmp_path / ".greenshift"
    handle = process.start(home, speed=600)
    try:
        assert process.find(home) == handle
        assert process.health(handle)["speed"] == 600
        assert process.resources(handle) == {}
        with pytest.raises(UsageError, match="already runs"):
            process.start(home)
        with pytest.raises(UsageError, match=f"port {handle.port} on 127.0.0.1 is taken"):
            process.start(tmp_path / "other", port=handle.port)
    finally:
        process.stop(home)

    assert process.find(home) is None
    assert sorted(path.name for path in home.iterdir()) == ["twin.log"]
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", handle.port)) != 0
    with pytest.raises(TwinError, match="not running"):
        process.require(home)


def test_the_file_of_a_twin_that_died_is_not_mistaken_for_a_twin(tmp_path: Path) -> None:
    gone = {"pid": 1, "endpoint": "http://127.0.0.1:1", "instance": "gone"}
    told = gone | {"speed": 60, "account": "123456789012", "region": "us-east-1"}
    process.handle_file(tmp_path).write_text(json.dumps(told))

    assert process.find(tmp_path) is None
    assert process.stop(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


BUSY = """
version: 0.2
phases:
  build:
    commands:
      - setsid sh -c 'while true; do true; done' {tag} &
      - while true; do echo {tag}; done
"""


def test_a_twin_is_ended_whatever_it_does_and_the_answer_is_true(tmp_path: Path) -> None:
    tag = f"greenshift-tag-{uuid.uuid4().hex}"
    home = tmp_path / ".greenshift"
    handle = process.start(home)
    client = functools.partial(
        boto3.client, region_name=handle.region, endpoint_url=handle.endpoint,
        aws_access_key_id="local", aws_secret_access_key="local",
    )  # fmt: skip
    try:
        keep_busy(client, tag)
        began = time.monotonic()
        # As one that computes without end: it hears nothing, neither requests nor signals that ask.
        os.kill(handle.pid, signal.SIGSTOP)

        with pytest.raises(TwinError, match=f"pid {handle.pid}.* runs, but does not answer"):
            process.find(home)
    finally:
        stopped = process.stop(home)

    assert stopped == handle
    assert not is_alive(handle.pid)
    assert tagged(tag) == []
    assert sorted(path.name for path in home.iterdir()) == ["twin.log"]
    assert time.monotonic() - began < 60
    assert process.stop(home) is None


def keep_busy(client: Any, tag: str) -> None:
    """A function that hides what it starts, and a build that does nothing else than work and print."""
    principal = {"Service": ["lambda.amazonaws.com", "codebuild.amazonaws.com"]}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    trust = {"Version": "2012-10-17", "Statement": [statement]}
    role = client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    all_of_it = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    client("iam").put_role_policy(
        RoleName="r", PolicyName="all",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [all_of_it]}),
    )  # fmt: skip
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("app.py", HIDING)
    client("lambda").create_function(
        FunctionName="f", Role=role, Runtime="python3.13", Handler="app.handler", Timeout=60,
        Code={"ZipFile": archive.getvalue()},
    )  # fmt: skip
    client("codebuild").create_project(
        name="busy", serviceRole=role, artifacts={"type": "NO_ARTIFACTS"},
        source={"type": "NO_SOURCE", "buildspec": BUSY.format(tag=tag)},
        environment={"type": "LINUX_CONTAINER", "image": "i", "computeType": "BUILD_GENERAL1_SMALL"},
    )  # fmt: skip
    client("lambda").get_waiter("function_active_v2").wait(FunctionName="f")
    event = json.dumps({"tag": tag, "seconds": 50})
    client("lambda").invoke(FunctionName="f", InvocationType="Event", Payload=event)
    client("codebuild").start_build(projectName="busy")
    deadline = time.monotonic() + 60
    while len(tagged(tag)) <= STARTED:
        assert time.monotonic() < deadline
        time.sleep(0.05)

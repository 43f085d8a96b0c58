"""boto3 of 2023, of 2024 and of today, and the JavaScript SDK v2 and v3: one twin, and one world for all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from greenshift.testing import RunningTwin, start_twin
from greenshift.twin import nodesdk
from greenshift.twin.machine import nodejs
from greenshift.twin.machine.cache import default_cache

ROOT = Path(__file__).parents[3]
SUPPORT = ROOT / "tests" / "support" / "people"
OLDER = {"boto3-1.26": "1.26", "boto3-1.35": "1.35"}
JAVASCRIPTS = ("javascript-2", "javascript-3")
WRITERS = [*sorted(OLDER), "boto3-today", *JAVASCRIPTS]
TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
SECONDS = 120

Run = Callable[..., str]


@pytest.fixture(scope="module")
def twin() -> Iterator[RunningTwin]:
    with start_twin(speed=60) as running:
        yield running


@pytest.fixture(scope="module")
def run(twin: RunningTwin) -> Run:
    role = twin.client("iam").create_role(
        RoleName="runs", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
    )["Role"]["Arn"]

    def as_client(client: str, *words: str) -> str:
        known = {
            **os.environ,
            "AWS_ENDPOINT_URL_OF_THE_TWIN": twin.endpoint,
            "ROLE_ARN": role,
            "TWIN_TIME": str(twin.twin.clock.time()),
        }
        command, more = _command(client)
        done = subprocess.run(
            [*command, *words], env={**known, **more}, capture_output=True, text=True, timeout=SECONDS,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    return as_client


def _command(client: str) -> tuple[list[str], Mapping[str, str]]:
    node = str(nodejs.executable())
    if client == "javascript-3":
        cache = default_cache()
        nodesdk.install(cache, print)
        modules = str(nodesdk.sdk_directory(cache) / "node_modules")
        return [node, str(SUPPORT / "client_scenario.mjs")], {"NODE_PATH": modules}
    if client == "javascript-2":
        modules = str(_installed(client) / "node_modules")
        return [node, str(SUPPORT / "client_scenario_2.js")], {"NODE_PATH": modules}
    script = [sys.executable, str(SUPPORT / "client_scenario.py")]
    if client not in OLDER:
        return script, {}
    return script, {"PYTHONPATH": str(_installed(OLDER[client]))}


def _installed(name: str) -> Path:
    place = ROOT / ".venv-clients" / name
    if not place.is_dir():
        pytest.skip(f"{place} is not there; make test installs it")
    return place


@pytest.fixture(scope="module")
def seen(run: Run) -> dict[str, Any]:
    """What each client sees after each has written."""
    for client in WRITERS:
        run(client, "write", client.replace(".", "-"))
    return {client: json.loads(run(client, "read")) for client in WRITERS}


def test_every_boto3_sees_the_same_world(seen: dict[str, Any]) -> None:
    today = seen["boto3-today"]

    assert dict.fromkeys(OLDER, today) == {client: seen[client] for client in OLDER}


def test_what_each_wrote_is_there_for_all(seen: dict[str, Any]) -> None:
    names = sorted(client.replace(".", "-") for client in WRITERS)
    pythons = [name for name in names if name not in JAVASCRIPTS]

    for client in WRITERS:
        assert names == seen[client]["applications"] == seen[client]["rules"] == seen[client]["topics"]
    assert pythons == seen["boto3-today"]["alarms"]
    for client in JAVASCRIPTS:
        assert (pythons, names) == (seen[client]["functions"], seen[client]["queues"])
    assert dict.fromkeys(pythons, 3.0) == seen["boto3-today"]["sums"]


def test_an_error_has_the_name_each_client_knows_it_by_and_is_sent_once(seen: dict[str, Any]) -> None:
    assert {
        "codedeploy": "ApplicationDoesNotExistException",
        "cloudwatch": "ResourceNotFound",
        "lambda": "ResourceNotFoundException",
        "events": "ResourceNotFoundException",
    }.items() <= seen["boto3-today"]["refused"].items()
    for javascript in (seen[client]["refused"] for client in JAVASCRIPTS):
        assert javascript["codedeploy"]["name"] == "ApplicationDoesNotExistException"
        assert "ResourceNotFoundException" == javascript["lambda"]["name"] == javascript["events"]["name"]
        assert {1} == {error["attempts"] for error in javascript.values()}

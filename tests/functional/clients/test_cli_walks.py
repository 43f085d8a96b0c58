"""AWS's getting-started pages, typed into the AWS CLI: every documented field of every output is there.

With version 1 of 2024, and with the current one, whose models are those of version 2 of the CLI.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from support.people.cli_steps import WALKS, Step

from greenshift.testing import RunningTwin, start_twin

ROOT = Path(__file__).parents[3]
CLIENTS = ROOT / ".venv-clients"
SUPPORT = ROOT / "tests" / "support" / "people"
PRINCIPALS = [f"{service}.amazonaws.com" for service in ("codebuild", "codedeploy", "codepipeline", "lambda")]
HANDLER = "def handler(event, context):\n    return 1\n"
BUILDSPEC = """
version: 0.2
phases:
  build:
    commands: [echo built > made.txt]
artifacts:
  files: [made.txt]
"""
PATIENCE_SECONDS = 120


class Typist:
    """The CLI, waiting for commands."""

    def __init__(self, place: Path, endpoint: str) -> None:
        self._endpoint = endpoint
        environment = {
            **os.environ,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_PAGER": "",
            "AWS_CONFIG_FILE": os.devnull,
        }
        self._process = subprocess.Popen(
            [sys.executable, str(SUPPORT / "cli_walk.py"), str(place)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip

    def type(self, words: list[str]) -> Any:
        """What a command says, decoded; it must succeed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        command = [*words, "--endpoint-url", self._endpoint, "--output", "json"]
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert answer["code"] == 0, (words, answer["told"])
        return json.loads(answer["said"] or "{}")

    def end(self) -> None:
        self._process.communicate(timeout=PATIENCE_SECONDS)


def packed(files: Mapping[str, str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return made.getvalue()


@pytest.fixture(params=["cli-2024", "cli"])
def typist(request: pytest.FixtureRequest) -> Iterator[tuple[Typist, RunningTwin]]:
    place = CLIENTS / request.param
    if not place.is_dir():
        pytest.skip(f"{place} is not there; make test installs it")
    with start_twin(speed=600) as twin:
        typist = Typist(place, twin.endpoint)
        yield typist, twin
        typist.end()


def given(twin: RunningTwin, directory: Path) -> dict[str, str]:
    """What a reader of the pages has before the first command."""
    iam, s3 = twin.client("iam"), twin.client("s3")
    statement = {"Effect": "Allow", "Principal": {"Service": PRINCIPALS}, "Action": "sts:AssumeRole"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    role = iam.create_role(RoleName="walk", AssumeRolePolicyDocument=json.dumps(policy))["Role"]["Arn"]
    iam.attach_role_policy(RoleName="walk", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    s3.create_bucket(Bucket="walk-artifacts")
    s3.put_bucket_versioning(Bucket="walk-artifacts", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket="walk-artifacts", Key="source.zip", Body=packed({"buildspec.yml": BUILDSPEC}))
    (directory / "package.zip").write_bytes(packed({"app.py": HANDLER}))
    return {
        "role": role,
        "bucket": "walk-artifacts",
        "package": str(directory / "package.zip"),
        "output": str(directory / "output.json"),
    }


def filled(text: str, known: Mapping[str, str]) -> str:
    for name, value in known.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def at(answer: Any, path: str) -> Any:
    """The value at ``a.0.b``; raises LookupError when it is not there."""
    for part in path.split("."):
        answer = answer[int(part)] if isinstance(answer, list) else answer[part]
    return answer


def absent(answer: Any, paths: list[str]) -> list[str]:
    missing = []
    for path in paths:
        try:
            at(answer, path)
        except (LookupError, TypeError):
            missing.append(path)
    return missing


def perform(typist: Typist, step: Step, known: dict[str, str]) -> Any:
    words = [filled(word, known) for word in step.words]
    deadline = time.monotonic() + PATIENCE_SECONDS
    answer = typist.type(words)
    while step.until is not None and at(answer, step.until[0]) != step.until[1]:
        assert time.monotonic() < deadline, (words, answer)
        answer = typist.type(words)
    return answer


def test_every_documented_field_is_in_the_output(typist: tuple[Typist, RunningTwin], tmp_path: Path) -> None:
    cli, twin = typist
    known = given(twin, tmp_path)
    missing = {}
    for walk, steps in WALKS.items():
        for step in steps:
            answer = perform(cli, step, known)
            known.update({name: at(answer, path) for name, path in step.keeps.items()})
            if found := absent(answer, [filled(path, known) for path in step.fields]):
                missing[f"{walk}: {' '.join(step.words[:2])}"] = found

    assert missing == {}

"""What the code of a function reaches of the twin and of its neighbours: as docs/security-model.md says."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from greenshift.twin.machine import process

CURIOUS = """
import os, glob
def readable(path):
    try:
        return open(path, "rb").read().decode(errors="replace")
    except OSError:
        return ""
def handler(event, context):
    above = os.path.dirname(os.environ["LAMBDA_TASK_ROOT"])
    return {
        "environment": "\\0".join(f"{k}={v}" for k, v in os.environ.items()),
        "of the twin": readable(f"/proc/{os.getppid()}/environ"),
        "neighbours": [readable(path) for path in glob.glob(above + "/*/neighbour.txt")],
    }
"""


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What a function tells of a twin that was started from a shell with secrets."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "key-of-a-real-account")
    monkeypatch.setenv("GITHUB_TOKEN", "token-of-the-shell")
    home = tmp_path / ".greenshift"
    handle = process.start(home)
    try:
        yield _ask(handle.endpoint)
    finally:
        process.stop(home)


def _ask(endpoint: str) -> dict[str, Any]:
    def client(service: str) -> Any:
        return boto3.client(
            service, endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="local",
            aws_secret_access_key="local", config=Config(retries={"total_max_attempts": 1}),
        )  # fmt: skip

    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    functions = client("lambda")
    for name, more in (("neighbour", {"neighbour.txt": "of a neighbour"}), ("curious", {})):
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as code:
            for path, content in {"index.py": CURIOUS, **more}.items():
                code.writestr(path, content)
        functions.create_function(
            FunctionName=name, Runtime="python3.13", Handler="index.handler", Role=role,
            Code={"ZipFile": archive.getvalue()}, Timeout=30,
        )  # fmt: skip
        answer = functions.invoke(FunctionName=name)
    found: dict[str, Any] = json.loads(answer["Payload"].read())
    return found


def test_a_function_finds_no_secret_of_the_shell_and_does_find_its_neighbours(told: Any) -> None:
    for secret in ("key-of-a-real-account", "token-of-the-shell"):
        assert secret not in told["environment"]
        assert secret not in told["of the twin"]
    # Said in docs/security-model.md, rather than closed: all code has the person's own user.
    assert told["neighbours"] == ["of a neighbour"]

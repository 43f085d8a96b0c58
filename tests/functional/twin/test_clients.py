"""What a foreign page must not do, the clients of AWS do: boto3, the AWS CLI and the SDK for JavaScript."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from greenshift.testing import RunningTwin, start_twin
from greenshift.twin import nodesdk
from greenshift.twin.machine import nodejs
from greenshift.twin.machine.cache import default_cache

BUILDSPEC = "version: 0.2\nphases: {build: {commands: [echo built]}}"


@pytest.fixture(scope="module")
def twin() -> Iterator[RunningTwin]:
    with start_twin(services=["codebuild", "lambda"]) as running:
        running.client("s3").create_bucket(Bucket="private")
        running.client("s3").put_object(Bucket="private", Key="secret", Body=b"hunter2")
        running.client("codebuild").create_project(
            name="open", serviceRole=role(running), source={"type": "NO_SOURCE", "buildspec": BUILDSPEC},
            artifacts={"type": "NO_ARTIFACTS"},
            environment={"type": "LINUX_CONTAINER", "image": "i", "computeType": "BUILD_GENERAL1_SMALL"},
        )  # fmt: skip
        yield running


def role(twin: RunningTwin) -> str:
    services = ["lambda.amazonaws.com", "codebuild.amazonaws.com"]
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": services}}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    made: str = twin.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    return made


def environment(twin: RunningTwin, **more: str) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        "AWS_ENDPOINT_URL": twin.endpoint, "AWS_DEFAULT_REGION": twin.region, "AWS_REGION": twin.region,
        "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", **more,
    }  # fmt: skip


def archive(**files: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as code:
        for name, content in files.items():
            code.writestr(name.replace("_", "."), content)
    return made.getvalue()


def test_boto3_starts_builds_reads_buckets_and_runs_functions(twin: RunningTwin) -> None:
    started = twin.client("codebuild").start_build(projectName="open", buildspecOverride=BUILDSPEC)
    functions = twin.client("lambda")
    functions.create_function(
        FunctionName="ours", Runtime="python3.13", Handler="index.handler", Timeout=30,
        Role="arn:aws:iam::123456789012:role/r",
        Code={"ZipFile": archive(index_py="def handler(event, context):\n    return 42\n")},
    )  # fmt: skip

    assert started["build"]["id"].startswith("open:")
    assert [each["Name"] for each in twin.client("s3").list_buckets()["Buckets"]] == ["private"]
    assert functions.invoke(FunctionName="ours")["Payload"].read() == b"42"


def test_the_aws_cli_does(twin: RunningTwin, tmp_path: Path) -> None:
    aws = shutil.which("aws")
    if aws is None:
        pytest.skip("no AWS CLI here; install it with: pip install awscli")

    def cli(*arguments: str) -> Any:
        done = subprocess.run(
            [aws, "--output", "json", *arguments],
            capture_output=True, text=True, timeout=120, env=environment(twin), cwd=tmp_path, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.startswith("{") else done.stdout

    started = cli("codebuild", "start-build", "--project-name", "open", "--buildspec-override", BUILDSPEC)
    cli("s3", "cp", "s3://private/secret", "copy")

    assert started["build"]["id"].startswith("open:")
    assert (tmp_path / "copy").read_text() == "hunter2"


def test_the_sdk_for_javascript_does(twin: RunningTwin, tmp_path: Path) -> None:
    nodesdk.install(default_cache(), print)
    script = tmp_path / "client.mjs"
    script.write_text(
        """
        import { createRequire } from "node:module";
        const require = createRequire(process.env.SDK + "/");
        const { S3Client, GetObjectCommand } = require("@aws-sdk/client-s3");
        const { LambdaClient, ListFunctionsCommand } = require("@aws-sdk/client-lambda");
        const secret = { Bucket: "private", Key: "secret" };
        const object = await new S3Client({}).send(new GetObjectCommand(secret));
        const functions = await new LambdaClient({}).send(new ListFunctionsCommand({}));
        console.log(await object.Body.transformToString(), Array.isArray(functions.Functions));
        """
    )
    done = subprocess.run(
        [nodejs.executable(), script],
        capture_output=True, text=True, timeout=120, check=False,
        env=environment(twin, SDK=str(nodesdk.sdk_directory(default_cache()))),
    )  # fmt: skip

    assert (done.stdout.strip(), done.returncode) == ("hunter2 true", 0), done.stderr

"""A stack on AWS, as a person drives it: the same commands, with the Pulumi CLI (a stand-in) behind them.

For status and history, AWS is a twin reached through ``AWS_ENDPOINT_URL``, as boto3 reaches AWS itself.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from support.people.shell import SECONDS, Ended, Shell, environment, interrupt, wait_until
from support.pulumi import pulumi_events as event
from support.pulumi.fake_pulumi import FakePulumi
from support.pulumi.pulumi_events import BUCKET

from greenshift.twin.machine import process


@contextmanager
def far_away(project: Shell) -> Iterator[str]:
    """The endpoint of the project's twin while the project knows of none: AWS, as far as it can tell."""
    endpoint, file = project.twin().endpoint, process.handle_file(project.home)
    hidden = file.rename(project.directory.parent / "hidden.json")
    try:
        yield endpoint
    finally:
        hidden.rename(file)


@pytest.fixture
def pulumi(project: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePulumi:
    fake = FakePulumi.install(project.directory, tmp_path / "bin")
    monkeypatch.setenv("PATH", fake.path)
    return fake


def on_aws(project: Shell, *arguments: str, **variables: str) -> Ended:
    """Like ``Shell.greenshift``, with AWS credentials in the environment."""
    done = subprocess.run(
        [sys.executable, "-m", "greenshift", *arguments],
        cwd=project.directory,
        env={**environment(), **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Ended(done.returncode, done.stdout, done.stderr, arguments)


@pytest.mark.parametrize("command", ["preview", "up", "destroy --yes", "status", "history"])
def test_without_the_pulumi_cli_one_line_says_how_to_get_it(
    project: Shell, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [
        folder for folder in os.environ["PATH"].split(os.pathsep) if not (Path(folder) / "pulumi").exists()
    ]
    monkeypatch.setenv("PATH", os.pathsep.join(folders))

    ended = project.greenshift(*command.split(), "--stack", "prod", ok=False)

    assert ended.code == 1
    assert "error: a stack on AWS needs the Pulumi CLI" in ended.err
    assert "npm install --global pulumi" in ended.err
    assert not (project.home / "twin.json").exists(), "no twin was started for a stack on AWS"


def test_a_preview_prints_the_plan_and_what_is_known(project: Shell, pulumi: FakePulumi) -> None:
    outputs = event.stack_outputs({"pipelineName": "my-app-prod", "topicArn": event.UNKNOWN}, planning=True)
    pulumi.answer(events=[event.before("create", BUCKET, planning=True), outputs, event.summary(create=1)])

    ended = project.greenshift("preview", "--stack", "prod")

    assert "+  aws:s3:Bucket                                artifacts" in ended.err
    assert "+ 1 to create" in ended.err
    assert ended.out.splitlines() == ["pipelineName: my-app-prod", "topicArn: (known after up)"]


def test_up_prints_progress_outputs_and_no_secret(project: Shell, pulumi: FakePulumi) -> None:
    pulumi.answer(
        events=[event.before("create", BUCKET), event.after("create", BUCKET), event.summary(create=1)],
        outputs={"pipelineName": "my-app-prod", "key": "hush"},
        secret_outputs=["key"],
    )

    ended = project.greenshift("up", "--stack", "prod")

    assert "artifacts  created (" in ended.err
    assert "+ 1 created" in ended.err
    assert "greenshift doctor --stack prod" in ended.err
    assert ended.out.splitlines() == ["key: [secret]", "pipelineName: my-app-prod"]
    assert "hush" not in ended.out + ended.err
    assert project.greenshift("up", "--stack", "prod", "--json").json["outputs"]["key"] is None


def test_destroy_asks_first(project: Shell, pulumi: FakePulumi) -> None:
    ended = project.greenshift("destroy", "--stack", "prod", ok=False)

    assert ended.code == 2
    assert "--yes" in ended.err
    assert "destroy" not in pulumi.commands


def test_an_oauth_source_without_a_token_is_refused_before_pulumi_is_called(
    project: Shell, pulumi: FakePulumi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    project.edit("Pulumi.yaml", "      branch: main\n", "      branch: main\n      provider: github\n")

    ended = project.greenshift("up", "--stack", "prod", ok=False)

    assert ended.code == 2
    assert "greenshift:githubToken" in ended.err
    assert pulumi.calls == []


def test_ctrl_c_cancels_pulumi_once_and_waits_for_it(project: Shell, pulumi: FakePulumi) -> None:
    pulumi.answer(events=[event.before("create", BUCKET)], waits=True)
    command = project.start("up", "--stack", "prod")
    wait_until((project.directory / "fake-pulumi.waiting").exists)

    ended = interrupt(command)

    assert ended.code == 1, ended.err
    assert "Traceback" not in ended.err
    assert "cancelling" in ended.err
    assert "error: interrupted; Pulumi's state is right up to the last finished step" in ended.err
    assert pulumi.interrupts == 1
    assert pulumi.commands[-1] == "up", "nothing is asked of Pulumi after a Ctrl-C"


def test_a_stack_on_aws_is_read_with_ones_own_credentials(project: Shell, pulumi: FakePulumi) -> None:
    deployed = project.greenshift("up", "--json").json["outputs"]
    project.greenshift("release")
    pulumi.answer(outputs=deployed)
    shutil.rmtree(project.home / "state")  # nothing local tells what is deployed
    with far_away(project) as endpoint:
        aws = {"AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "mine", "AWS_SECRET_ACCESS_KEY": "mine"}
        _read_and_release(project, pulumi, deployed, aws)


def _read_and_release(
    project: Shell, pulumi: FakePulumi, deployed: dict[str, Any], aws: dict[str, str]
) -> None:
    status = on_aws(project, "status", "--stack", "prod", "--json", **aws)
    history = on_aws(project, "history", "--stack", "prod", "--json", **aws)

    assert {function["key"] for function in status.json["functions"]} == {"hello", "page", "worker"}
    # The pipeline began its first release by itself; the second one may have found nothing left to do.
    assert history.json[-1]["status"] == "SUCCEEDED"

    started = on_aws(project, "release", "--stack", "prod", "--no-follow", "--json", **aws)
    assert started.code == 0, started.err
    assert {name for name, told in started.json.items() if told is not None} == {"pipeline", "execution"}
    assert "releasing the branch's latest commit through my-app-local" in started.err

    pulumi.answer(outputs={**deployed, "topicArn": "arn:aws:sns:us-east-1:999999999999:my-app-prod-releases"})
    other = on_aws(project, "status", "--stack", "prod", **aws)
    assert other.code == 1
    assert "account 999999999999" in other.err

    nobody = on_aws(
        project, "status", "--stack", "prod", AWS_EC2_METADATA_DISABLED="true", HOME="/nonexistent"
    )
    assert nobody.code == 1
    assert "AWS does not know who you are" in nobody.err

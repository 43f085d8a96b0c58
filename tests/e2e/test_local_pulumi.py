"""``greenshift up --engine pulumi``: the stack `local` through the real CLI, and back to our own engine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.people.shell import Shell, environment
from support.pulumi import language_host
from support.pulumi.real_pulumi import executable

from greenshift.twin.machine import process

FUNCTION = "def handler(event, context):\n    return 1\n"
PROGRAM = """
import json, pulumi, pulumi_aws as aws
trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("role", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
code = pulumi.AssetArchive({"lib": pulumi.FileArchive("functions/charge"), "a.py": pulumi.StringAsset("1")})
aws.lambda_.Function("f", role=role.arn, runtime="python3.13", handler="a.b", code=code, memory_size=128)
aws.sns.Topic("extra", tags={"token": pulumi.Output.secret("hush-hush")})
"""
PROJECT = {
    "name": "shop",
    "runtime": "python",
    "config": {
        "greenshift:source": {"value": {"repository": "acme/shop"}},
        "greenshift:functions": {"value": {"charge": {"directory": "functions/charge"}}},
    },
}
ENGINE = ("--engine", "pulumi")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    folder = tmp_path_factory.mktemp("local-pulumi")
    hosts = language_host.install(folder / "hosts")
    shell = Shell(folder / "shop")
    (shell.directory / "functions" / "charge").mkdir(parents=True)
    (shell.directory / "functions" / "charge" / "handler.py").write_text(FUNCTION)
    (shell.directory / "__main__.py").write_text(PROGRAM)
    (shell.directory / "Pulumi.yaml").write_text(json.dumps(PROJECT))
    (shell.directory / ".gitignore").write_text(".greenshift/\n")
    shell.git("init", "-q", "-b", "main")
    shell.commit("first")
    path = os.pathsep.join((str(hosts), str(executable().parent), os.environ["PATH"]))
    runner = str(executable().parent / "pulumi-language-python-exec")
    home = str(folder / "pulumi-home")
    with pytest.MonkeyPatch.context() as patched:
        for key, value in {"PATH": path, language_host.RUNNER: runner, "PULUMI_HOME": home}.items():
            patched.setenv(key, value)
        try:
            yield shell
        finally:
            process.stop(shell.home)


def changed(project: Shell, *command: str) -> dict[str, int]:
    found: dict[str, int] = project.greenshift(*command, "--json").json["changes"]
    return {op: count for op, count in found.items() if op != "same"}


def test_what_one_engine_made_the_other_finds_unchanged(project: Shell) -> None:
    made = changed(project, "up")
    assert set(made) == {"create"}

    assert changed(project, "preview", *ENGINE) == {}
    assert changed(project, "up", *ENGINE) == {}
    assert changed(project, "preview") == {}
    assert not (project.directory / "Pulumi.local.yaml").exists()


def test_what_the_other_changed_we_know_and_its_secrets_open(project: Shell) -> None:
    project.edit("__main__.py", "memory_size=128", "memory_size=512")
    project.edit("__main__.py", "hush-hush", "mum-mum")

    assert set(changed(project, "up", *ENGINE)) == {"update"}

    assert changed(project, "preview") == {}
    state = (project.home / "state" / "local.json").read_text()
    assert "mum-mum" not in state


def test_a_run_of_the_cli_that_was_killed_is_gone_on_with(project: Shell) -> None:
    project.edit("__main__.py", 'aws.sns.Topic("extra"', 'aws.sns.Topic("other")\naws.sns.Topic("extra"')
    running = subprocess.Popen(
        [sys.executable, "-m", "greenshift", "up", *ENGINE],
        cwd=project.directory,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    mark = project.home / "pulumi-local" / "has-the-state"
    locks = project.home / "pulumi-local" / ".pulumi" / "locks"
    _until(lambda: mark.exists() and any(locks.rglob("*.json")))
    _kill(running)

    refused = project.greenshift("up", ok=False)
    assert "greenshift up --engine pulumi" in refused.err
    changed(project, "up", *ENGINE)
    assert changed(project, "preview") == {}


def test_destroy_leaves_nothing_in_either_state(project: Shell) -> None:
    assert set(changed(project, "destroy", "--yes", *ENGINE)) == {"delete"}

    assert set(changed(project, "preview")) == {"create"}
    assert project.client("sns").list_topics()["Topics"] == []


def _kill(running: subprocess.Popen[str]) -> None:
    """Ours and all that it started; the CLI has a group of its own."""
    family = [running.pid, *_below(running.pid)]
    for pid in family:
        os.kill(pid, signal.SIGKILL)
    running.wait()
    if running.stderr is not None:
        running.stderr.close()


def _below(pid: int) -> list[int]:
    children = [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [each for child in children for each in (child, *_below(child))]


def _until(condition: object, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.02)

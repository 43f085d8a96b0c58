"""A container image in the project: what the commands say about the stack that runs on the twin."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support.people.shell import Shell

NewProject = Callable[[str], Path]


@pytest.fixture
def shell(new_project: NewProject) -> Shell:
    """The new project, whose worker is packaged by a Dockerfile."""
    shell = Shell(new_project("my-app"))
    (shell.directory / "functions/worker/handler.py").rename(shell.directory / "functions/worker/app.py")
    (shell.directory / "functions/worker/Dockerfile").write_text("FROM scratch\nCOPY . .\n")
    return shell


@pytest.mark.parametrize("command", ["up", "preview"])
def test_the_twin_refuses_it_by_name_before_anything_starts(shell: Shell, command: str) -> None:
    ended = shell.greenshift(command, ok=False)

    assert ended.code == 2
    assert "worker is a container image: the twin runs no container images" in ended.err.replace("\n", " ")
    assert "Pulumi.local.yaml" in ended.err
    assert not (shell.home / "twin.json").exists()


def test_check_says_so_too_and_permissions_of_a_stack_on_aws_reach_its_repository(shell: Shell) -> None:
    told = shell.greenshift("check", ok=False)
    assert told.code == 1
    assert "worker is a container image" in f"{told.out}{told.err}"

    place = ("--account", "123456789012", "--region", "eu-west-1")
    allowed = shell.greenshift("permissions", "delivery", "--stack", "prod", *place)
    assert "arn:aws:ecr:eu-west-1:123456789012:repository/my-app-prod-*" in allowed.out

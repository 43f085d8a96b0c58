"""A stack as a user has it, deployed by the real engine, whose releases ask before they shift."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from greenshift.engine import Engine, Program, StateFile, Target
from greenshift.settings import load_project
from greenshift.testing import RunningTwin
from greenshift.view import StackOutputs

PROJECT = """\
name: shop
runtime: python
config:
  greenshift:source:
    value: {repository: me/shop, branch: main}
  greenshift:functions:
    value:
      charge: {directory: functions/charge, runtime: python3.13, handler: charge.handler}
      refund: {directory: functions/refund, runtime: python3.13, handler: refund.handler}
  greenshift:rollout:
    value: Canary10Percent30Minutes
  greenshift:approval:
    value: {beforeShift: true, message: "Ready to shift?"}
"""
PROGRAM = "import greenshift\n\ngreenshift.DeliveryPipeline.from_config()\n"
HANDLER = "def handler(event, context):\n    return {'ok': True}\n"


class Deployed:
    """A deployed stack, and clients of where it is."""

    def __init__(self, twin: RunningTwin, outputs: StackOutputs) -> None:
        self.twin = twin
        self.outputs = outputs
        self.client: Callable[[str], Any] = cache(twin.client)


@pytest.fixture(scope="module")
def deployed(twin: RunningTwin, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    directory = tmp_path_factory.mktemp("shop")
    write_project(directory)
    twin.register_repository("me/shop", directory)
    project = load_project(directory, "local")
    engine = Engine(
        Program(directory, project.name, project.stack, project.config, project.secret_keys),
        Target(twin.endpoint, twin.region, "instance-1"),
        StateFile(tmp_path_factory.mktemp("state") / "local.json"),
        lambda event: None,
        "correct horse",
    )
    result = engine.up()
    yield Deployed(twin, StackOutputs.parse({name: output.value for name, output in result.outputs.items()}))
    engine.destroy()


def write_project(directory: Path) -> None:
    (directory / "Pulumi.yaml").write_text(PROJECT)
    (directory / "__main__.py").write_text(PROGRAM)
    for key in ("charge", "refund"):
        folder = directory / "functions" / key
        folder.mkdir(parents=True)
        (folder / f"{key}.py").write_text(HANDLER)
    for arguments in (
        ("init", "--quiet", "--initial-branch", "main"),
        ("add", "--all"),
        ("-c", "user.name=t", "-c", "user.email=t@example.invalid", "commit", "--quiet", "-m", "First"),
    ):
        subprocess.run(["git", *arguments], cwd=directory, check=True, capture_output=True)

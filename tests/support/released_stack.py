"""A stack as a user has it: the real components, deployed by the real engine, released once."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from greenshift.engine import Engine, Program, StateFile, Target
from greenshift.engine.checkpoint import ResourceState
from greenshift.settings import load_project
from greenshift.testing import RunningTwin
from greenshift.verify import Stack
from greenshift.verify.aws import Aws
from greenshift.verify.rehearsal import Pace
from greenshift.view import StackOutputs, StackView

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
    value: AllAtOnce
"""
PROGRAM = "import greenshift\n\ngreenshift.DeliveryPipeline.from_config()\n"
HANDLER = "def handler(event, context):\n    return {'ok': True}\n"
QUICK = Pace(seconds=0.1, deployment=60, execution=60)


class Deployed:
    """A deployed stack, and clients to look at it and to break it."""

    def __init__(self, twin: RunningTwin, outputs: StackOutputs, engine: Engine, state: StateFile) -> None:
        self.twin = twin
        self.outputs = outputs
        self.engine = engine
        self.state = state
        self.client: Callable[[str], Any] = cache(twin.client)

    def resources(self) -> list[ResourceState]:
        """What the state holds."""
        return list(self.state.read("instance-1", "correct horse").resources.values())

    def inputs(self, type_: str) -> dict[str, Any]:
        """Of the one resource of a type."""
        (found,) = (each for each in self.resources() if each.type == type_)
        return found.inputs

    def stack(self, outputs: StackOutputs | None = None) -> Stack:
        """With nothing remembered."""
        return Stack(outputs or self.outputs, Aws(self.client))


@contextmanager
def released_stack(twin: RunningTwin, root: Path) -> Iterator[Deployed]:
    directory = root / "shop"
    directory.mkdir()
    write_project(directory)
    twin.register_repository("me/shop", directory)
    project = load_project(directory, "local")
    state = StateFile(root / "local.json")
    engine = Engine(
        Program(directory, project.name, project.stack, project.config, project.secret_keys),
        Target(twin.endpoint, twin.region, "instance-1"),
        state,
        lambda event: None,
        "correct horse",
    )
    result = engine.up()
    outputs = StackOutputs.parse({name: output.value for name, output in result.outputs.items()})
    stack = Deployed(twin, outputs, engine, state)
    wait_for_first_release(stack)
    yield stack
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


def wait_for_first_release(deployed: Deployed) -> None:
    """A new pipeline starts by itself."""
    view = StackView(deployed.outputs, deployed.client)
    execution = view.latest_execution()
    assert execution is not None

    def ended() -> str | None:
        snapshot = view.progress(execution)
        return snapshot.status if snapshot.has_ended else None

    assert QUICK.until(ended, "the first release", QUICK.execution) == "Succeeded"

"""A small shop of two functions: written to disk, kept in git, deployed to a twin by the real engine."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from greenshift.engine import Engine, Program, StateFile, Target, read_outputs
from greenshift.engine.state.checkpoint import ResourceState
from greenshift.settings import load_project
from greenshift.testing import RunningTwin
from greenshift.verify import Stack
from greenshift.verify.aws import Aws
from greenshift.view import StackOutputs
from support.stacks.kept import SNAPSHOT

KEYS = ("charge", "refund")
PROJECT = """\
name: shop
runtime: python
config:
  greenshift:source:
    value: {{repository: me/shop, branch: main}}
  greenshift:functions:
    value:
      charge: {{directory: functions/charge, runtime: python3.13, handler: handler.handler}}
      refund: {{directory: functions/refund, runtime: python3.13, handler: handler.handler}}
  greenshift:rollout:
    value: {rollout}
"""
ASKS = '  greenshift:approval:\n    value: {beforeShift: true, message: "Ready to shift?"}\n'
PROGRAM = "import greenshift\n\ngreenshift.DeliveryPipeline.from_config()\n"
GOOD = "def handler(event, context):\n    print('served', event)\n    return {'ok': True}\n"
# Unit tests and the smoke test would pass; only customers meet the fault.
BAD = GOOD.replace("    return", "    if 'customer' in event:\n        raise ValueError('boom')\n    return")
_INSTANCE = "instance-1"
_PASSPHRASE = "correct horse"


class Repository:
    """The shop's directory, and what a developer does in it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @classmethod
    def write(cls, directory: Path, rollout: str, *, asks: bool = False) -> Repository:
        """A project with its first commit; with ``asks``, its releases wait for approval to shift."""
        directory.mkdir()
        (directory / "Pulumi.yaml").write_text(PROJECT.format(rollout=rollout) + (ASKS if asks else ""))
        (directory / "__main__.py").write_text(PROGRAM)
        repository = cls(directory)
        repository.edit(**dict.fromkeys(KEYS, GOOD))
        repository._git("init", "--quiet", "--initial-branch", "main")
        repository.commit("First")
        return repository

    def edit(self, **handlers: str) -> None:
        """New code of some functions."""
        for key, text in handlers.items():
            file = self.directory / "functions" / key / "handler.py"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)

    def commit(self, message: str) -> None:
        self._git("add", "--all")
        identity = ("-c", "user.name=Ada Lovelace", "-c", "user.email=ada@example.invalid")
        self._git(*identity, "commit", "--quiet", "--allow-empty", "-m", message)

    def _git(self, *arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=self.directory, check=True, capture_output=True)


class Deployed:
    """The deployed stack, and clients to look at it and to break it."""

    def __init__(
        self,
        twin: RunningTwin,
        repository: Repository,
        outputs: StackOutputs,
        engine: Engine,
        state: StateFile,
    ) -> None:
        self.twin = twin
        self.repository = repository
        self.outputs = outputs
        self.engine = engine
        self.state = state
        self.client: Callable[[str], Any] = cache(twin.client)

    def resources(self) -> list[ResourceState]:
        """What the state holds."""
        return list(self.state.read(_INSTANCE, _PASSPHRASE).resources.values())

    def inputs(self, type_: str) -> dict[str, Any]:
        """Of the one resource of a type."""
        (found,) = (each for each in self.resources() if each.type == type_)
        return found.inputs

    def stack(self, outputs: StackOutputs | None = None) -> Stack:
        """With nothing remembered."""
        return Stack(outputs or self.outputs, Aws(self.client))


def deploy(twin: RunningTwin, root: Path, rollout: str = "AllAtOnce", *, asks: bool = False) -> Deployed:
    """Write the shop into a new folder below ``root`` and deploy it; its first release has begun."""
    repository = Repository.write(root / "shop", rollout, asks=asks)
    twin.register_repository("me/shop", repository.directory)
    engine, state = _engine(twin, root)
    outputs = {name: output.value for name, output in engine.up().outputs.items()}
    return Deployed(twin, repository, StackOutputs.parse(outputs), engine, state)


def keep(stack: Deployed, folder: Path) -> None:
    """Into the folder it was deployed below, once nothing of it is under way."""
    stack.twin.snapshot(folder / SNAPSHOT, seconds=60)


def take_up(twin: RunningTwin, folder: Path, root: Path) -> Deployed:
    """The shop of a twin that was restored from a folder of ``keep``, with its files below ``root``."""
    shutil.copytree(folder / "shop", root / "shop")
    shutil.copy(folder / "local.json", root)
    twin.register_repository("me/shop", root / "shop")
    engine, state = _engine(twin, root)
    found = read_outputs(state, _INSTANCE, _PASSPHRASE)
    outputs = {name: output.value for name, output in found.items()}
    return Deployed(twin, Repository(root / "shop"), StackOutputs.parse(outputs), engine, state)


def _engine(twin: RunningTwin, root: Path) -> tuple[Engine, StateFile]:
    project = load_project(root / "shop", "local")
    state = StateFile(root / "local.json")
    engine = Engine(
        Program(root / "shop", project.name, project.stack, project.config, project.secret_keys),
        Target(twin.endpoint, twin.region, _INSTANCE),
        state,
        lambda event: None,
        _PASSPHRASE,
    )
    return engine, state

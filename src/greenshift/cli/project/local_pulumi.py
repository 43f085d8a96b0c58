"""``local`` deployed by the Pulumi CLI instead of our engine: one state, whoever works on it.

Before a run the CLI gets our checkpoint, after it we take back what it left, however it ended. The state is
locked in between. A run of ours that was killed leaves a mark, and the next one takes the CLI's state back
first: that one is the newer.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from greenshift.cli.project.pulumi_env import aws_variables, pulumi_variables
from greenshift.cli.project.workspace import LOCAL_STACK, Workspace
from greenshift.engine import Event
from greenshift.errors import GreenshiftError
from greenshift.pulumi_cli import PulumiStack
from greenshift.pulumi_cli.cli import PulumiCli, environment
from greenshift.twin.machine.process import TwinHandle

T = TypeVar("T")

_OWN_ENGINE = {"GREENSHIFT_ENGINE": "local"}
"""A program may ask for it: with it, what it creates is not on AWS."""


def with_pulumi(
    workspace: Workspace,
    twin: TwinHandle,
    on_event: Callable[[Event], None],
    work: Callable[[PulumiStack], T],
) -> T:
    """``work`` on the stack ``local`` of the CLI, with our state before and after."""
    workspace.home.mkdir(parents=True, exist_ok=True)
    variables = _variables(workspace, twin)
    bare = _Bare(PulumiCli(), workspace.project.directory, variables)
    mark = workspace.lent_mark
    with (
        _as_it_was(workspace.project.directory / f"Pulumi.{LOCAL_STACK}.yaml"),
        workspace.state_file().lent(twin.instance, workspace.passphrase()) as loan,
    ):
        if workspace.is_lent(twin):
            bare.unlock()
            loan.take_back(bare.export())
        bare.begin(loan.checkpoint())
        mark.write_text(twin.instance)
        try:
            return work(workspace.pulumi(on_event, variables))
        finally:
            loan.take_back(bare.export())
            mark.unlink()


def _variables(workspace: Workspace, twin: TwinHandle) -> dict[str, str]:
    backend = workspace.lent_mark.parent
    backend.mkdir(exist_ok=True)
    own = {"PULUMI_BACKEND_URL": f"file://{backend}", "PULUMI_CONFIG_PASSPHRASE": workspace.passphrase()}
    return {**aws_variables(twin), **pulumi_variables(twin, workspace.home, own), **own, **_OWN_ENGINE}


class _Bare:
    """The commands of the CLI that move a state."""

    def __init__(self, cli: PulumiCli, directory: Path, variables: Mapping[str, str]) -> None:
        self._cli = cli
        self._directory = directory
        self._variables = variables

    def begin(self, checkpoint: Mapping[str, object]) -> None:
        self._run("stack", "select", "--create", LOCAL_STACK)
        self._run("stack", "import", "--stack", LOCAL_STACK, text=json.dumps(checkpoint))

    def unlock(self) -> None:
        """Whoever held the CLI's lock was killed: ours is held by us alone."""
        self._run("cancel", "--yes", "--stack", LOCAL_STACK)

    def export(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self._run("stack", "export", "--stack", LOCAL_STACK))
        return found

    def _run(self, *arguments: str, text: str = "") -> str:
        done = subprocess.run(
            [self._cli.command, "--non-interactive", *arguments],
            cwd=self._directory,
            env=environment(self._variables),
            input=text,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise GreenshiftError(
                f"pulumi {' '.join(arguments)}: {done.stderr.strip()}",
                hint="deploy with our own engine: greenshift up",
            )
        return done.stdout


@contextmanager
def _as_it_was(file: Path) -> Iterator[None]:
    """The CLI writes the salt of a stack's secrets into the project; ours are in the state."""
    before = file.read_bytes() if file.exists() else None
    try:
        yield
    finally:
        if before is not None:
            file.write_bytes(before)
        else:
            file.unlink(missing_ok=True)

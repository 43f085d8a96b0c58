"""The real Pulumi CLI on a twin: one project, one stack, the provider attached.

It is ``GREENSHIFT_PULUMI``, or the ``pulumi`` of PATH, and its language hosts stand beside it.
``.ci/pulumi`` builds them. Nothing of the user's Pulumi is touched: backend, home and stacks are in a
folder of the test.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from greenshift.engine.plugin.server import Place, serving
from greenshift.testing import RunningTwin
from support.pulumi import language_host

NAMED = "GREENSHIFT_PULUMI"
PASSPHRASE = "correct horse"
_PATIENCE = 240  # seconds for one command on a machine that has much to do


def executable() -> Path:
    """The CLI; skips the test where there is none, and fails it where a named one is missing."""
    named = os.environ.get(NAMED)
    if named:
        assert os.access(named, os.X_OK), f"{NAMED} is {named}, which is no program"
        return Path(named).resolve()
    found = shutil.which("pulumi")
    if found is None:
        pytest.skip(f"there is no pulumi on PATH and {NAMED} is not set; .ci/pulumi builds one")
    return Path(found)


def needed(is_there: bool, otherwise: str) -> None:
    """Skips the test where something of ``.ci/pulumi`` is missing, and fails it where that made the CLI."""
    if is_there:
        return
    assert not (executable().parent.parent / "made").is_file(), f"{otherwise}, though .ci/pulumi has run"
    pytest.skip(f"{otherwise}; .ci/pulumi brings it")


def own_environment(cli: Path, folder: Path, provider_port: int) -> dict[str, str]:
    """Of a CLI that keeps its backend and its own files in a folder, and speaks to our provider."""
    backend = folder / "backend"
    backend.mkdir(parents=True, exist_ok=True)
    return {
        "PULUMI_BACKEND_URL": f"file://{backend}",
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        "PULUMI_DEBUG_PROVIDERS": f"aws:{provider_port}",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_HOME": str(folder / "home"),
        "PULUMI_PYTHON_CMD": sys.executable,
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        language_host.RUNNER: str(cli.parent / "pulumi-language-python-exec"),
    }


class PulumiFailed(AssertionError):
    """A command of the CLI that ended with another code than 0; ``output`` is all that it said."""

    def __init__(self, arguments: tuple[str, ...], code: int, output: str) -> None:
        super().__init__(f"pulumi {' '.join(arguments)} ended with {code}:\n{output}")
        self.code = code
        self.output = output


@dataclass
class RealPulumi:
    """One stack of one program. ``folder`` holds the backend and the CLI's own files."""

    cli: Path
    program: Path
    folder: Path
    provider_port: int
    stack: str = "dev"
    environment: Mapping[str, str] = field(default_factory=dict)
    hosts: Path | None = None
    """A folder of language hosts that go before the CLI's own."""

    def run(self, *arguments: str, text: str | None = None) -> str:
        """What a command says on both streams; ``PulumiFailed`` when it fails."""
        done = self.process(*arguments, text=text)
        if done.returncode:
            raise PulumiFailed(arguments, done.returncode, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def process(self, *arguments: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.cli), "--non-interactive", "--color=never", *arguments],
            cwd=self.program,
            env=self.surroundings(),
            input=text,
            stdin=subprocess.DEVNULL if text is None else None,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )

    def surroundings(self) -> dict[str, str]:
        """The environment of the CLI: nothing of the user's account, and only this test's files."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PULUMI_", "AWS_"))}
        hosts = [str(self.hosts)] if self.hosts else []
        path = (*hosts, str(self.cli.parent), str(Path(sys.executable).parent), os.environ.get("PATH", ""))
        return {
            **kept,
            "PATH": os.pathsep.join(path),
            **own_environment(self.cli, self.folder, self.provider_port),
            **self.environment,
        }

    def init(self) -> None:
        self.run("stack", "init", self.stack)

    def preview(self, *options: str) -> dict[str, Any]:
        """What it would do: ``steps`` and ``changeSummary``, as the CLI's --json has them."""
        done = self.process("preview", "--stack", self.stack, "--json", *options)
        if done.returncode:
            raise PulumiFailed(("preview", *options), done.returncode, done.stdout + done.stderr)
        planned: dict[str, Any] = json.loads(done.stdout)
        return planned

    def up(self, *options: str) -> str:
        return self.run("up", "--stack", self.stack, "--yes", "--skip-preview", *options)

    def refresh(self, *options: str) -> str:
        return self.run("refresh", "--stack", self.stack, "--yes", "--skip-preview", *options)

    def destroy(self, *options: str) -> str:
        return self.run("destroy", "--stack", self.stack, "--yes", "--skip-preview", *options)

    def outputs(self) -> dict[str, Any]:
        done = self.process("stack", "output", "--stack", self.stack, "--json", "--show-secrets")
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def deployment(self, *, show_secrets: bool = False) -> dict[str, Any]:
        """The state as ``stack export`` has it."""
        options = ("--show-secrets",) if show_secrets else ()
        done = self.process("stack", "export", "--stack", self.stack, *options)
        exported: dict[str, Any] = json.loads(done.stdout)
        return exported

    def resources(self) -> dict[str, dict[str, Any]]:
        """The state's resources by the name in their URN, without the stack and providers."""
        listed = self.deployment(show_secrets=True)["deployment"].get("resources", [])
        return {
            each["urn"].rsplit("::", 1)[-1]: each for each in listed if not each["type"].startswith("pulumi:")
        }


@contextmanager
def real_pulumi(
    twin: RunningTwin,
    program: Path,
    folder: Path,
    stack: str = "dev",
    *,
    starts_plugins: bool = False,
    stand_ins: bool = True,
    **environment: str,
) -> Iterator[RealPulumi]:
    """A fresh stack of a program on a twin, with a provider for as long as the block lasts.

    ``starts_plugins``: with a language host for Python that can start policy packs and components.
    """
    cli = executable()
    place = Place(twin.endpoint, twin.region, program, stand_ins)
    with serving(place) as port:
        pulumi = RealPulumi(cli, program, folder, port, stack, environment)
        if starts_plugins:
            pulumi.hosts = language_host.install(folder / "hosts")
        pulumi.init()
        yield pulumi

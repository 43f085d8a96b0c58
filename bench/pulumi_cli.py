"""The real Pulumi CLI on a project's twin, for a comparison in the same run."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from commands import Ran, measured, run

#: An engine that keeps no state while it works: what of the CLI's time is its file backend's.
NO_CHECKPOINTS = {"PULUMI_SKIP_CHECKPOINTS": "true", "PULUMI_EXPERIMENTAL": "true"}


def find() -> Path | None:
    """``GREENSHIFT_PULUMI``, or the ``pulumi`` of PATH."""
    found = os.environ.get("GREENSHIFT_PULUMI") or shutil.which("pulumi")
    return Path(found) if found else None


@dataclass
class PulumiCli:
    """One stack of the project in ``root``, whose twin runs."""

    cli: Path
    root: Path
    stack: str
    environment: dict[str, str]

    @classmethod
    def on_twin(cls, cli: Path, root: Path, stack: str, extra: dict[str, str]) -> PulumiCli:
        path = os.pathsep.join((str(cli.parent), str(Path(sys.executable).parent), os.environ["PATH"]))
        lines = measured(root, "twin", "env", "--pulumi").out.splitlines()
        exports = [line.removeprefix("export ") for line in lines if line.startswith("export ")]
        told = dict(shlex.split(line)[0].split("=", 1) for line in exports)
        fixed = {
            "PATH": path,
            "PULUMI_HOME": str(root / ".greenshift" / "pulumi-home"),
            "PULUMI_PYTHON_CMD": sys.executable,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
        pulumi = cls(cli, root, stack, {**os.environ, **told, **fixed, **extra})
        pulumi.run("stack", "init", stack)
        return pulumi

    def run(self, *arguments: str) -> Ran:
        return run([str(self.cli), "--non-interactive", *arguments], self.root, self.environment)

    def preview(self) -> Ran:
        return self.run("preview", "--stack", self.stack)

    def up(self) -> Ran:
        return self.run("up", "--stack", self.stack, "--yes", "--skip-preview")

    def destroy(self) -> Ran:
        return self.run("destroy", "--stack", self.stack, "--yes", "--skip-preview")


def version(cli: Path) -> str:
    return subprocess.run([str(cli), "version"], capture_output=True, text=True, check=True).stdout.strip()

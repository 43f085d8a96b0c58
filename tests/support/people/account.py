"""What a reader with an AWS account has: it, a repository on GitHub, and the tools to reach both.

The account is a twin, which every tool finds through AWS_ENDPOINT_URL. GitHub is a folder of bare
repositories; a push starts the pipelines that wait for it. The Pulumi CLI is the real one; in place of the
plugin of pulumi-aws it speaks to our provider on the twin.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from greenshift.testing import RunningTwin
from support.people.shell import ADA, HANGS
from support.programs import command_line
from support.pulumi import language_host, real_pulumi

_GITHUB = "git@github.com:"


@dataclass(frozen=True)
class Reader:
    """Somebody with a home directory and an account."""

    home: Path
    twin: RunningTwin
    provider_port: int

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PULUMI_"))}
        cli = real_pulumi.executable()
        hosts = language_host.install(self.home / "hosts")
        path = (hosts, cli.parent, Path(sys.executable).parent, kept["PATH"])
        return {
            **kept,
            **ADA,
            "AWS_ENDPOINT_URL": self.twin.endpoint,
            "AWS_ACCESS_KEY_ID": "mine",
            "AWS_SECRET_ACCESS_KEY": "mine",
            "AWS_DEFAULT_REGION": self.twin.region,
            "BROWSER": "true",
            "GREENSHIFT_SPEED": "600",
            "HOME": str(self.home),
            "PATH": os.pathsep.join(map(str, path)),
            **real_pulumi.own_environment(cli, self.home / "pulumi", self.provider_port),
        }

    def publish(self, project: Path, repository: str) -> None:
        """Put a project on GitHub, as the remote that ``git push`` goes to."""
        self.make_empty(repository)
        self.run(project, "git", "remote", "add", "origin", f"{_GITHUB}{repository}.git")
        self.run(project, "git", "push", "--quiet", "--set-upstream", "origin", "main")

    def make_empty(self, repository: str) -> None:
        """A repository on GitHub that nothing was pushed to; git finds it by the address it has there."""
        folder = self.home / "github"
        bare = folder / f"{repository}.git"
        self.run(self.home, "git", "init", "--quiet", "--bare", "--initial-branch", "main", str(bare))
        _script(bare / "hooks" / "post-receive", f"{command_line('accounts.pushed')} {repository}")
        self.run(self.home, "git", "config", "--global", f"url.{folder}/.insteadOf", _GITHUB)
        self.twin.register_repository(repository, bare)

    def run(self, directory: Path, *command: str) -> str:
        done = subprocess.run(
            command, cwd=directory, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=HANGS, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout


def _script(file: Path, command: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
    file.chmod(0o755)

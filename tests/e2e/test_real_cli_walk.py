"""The whole way with the real CLI and `greenshift`, at 2 and at 100 functions: a part of the sweep."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.people.shell import ADA, Shell, environment
from support.pulumi.real_pulumi import executable

from greenshift.twin.machine import process

ROOT = Path(__file__).parents[2]
MANY = 100
_PATIENCE = 3600

pytestmark = pytest.mark.skipif(
    os.environ.get("GREENSHIFT_SWEEP") != "full", reason="minutes of the real CLI: part of `make sweep`"
)


def example(name: str, folder: Path) -> None:
    """Nobody calls its functions here, so a shift does not wait for calls."""
    shutil.copytree(ROOT / "examples" / name, folder)
    document = yaml.safe_load((folder / "Pulumi.yaml").read_text())
    document["config"].pop("greenshift:shift", None)
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump(document))


payments = partial(example, "payments")


def many(folder: Path) -> None:
    """A project of 100 functions."""
    payments(folder)
    names = [f"f{number:03}" for number in range(MANY)]
    code = "def handler(event, context):\n    return 1\n"
    for name in names:
        (folder / "functions" / name).mkdir()
        (folder / "functions" / name / "handler.py").write_text(code)
    document = yaml.safe_load((folder / "Pulumi.yaml").read_text())
    document["config"]["greenshift:functions"]["value"] = {
        name: {"directory": f"functions/{name}", "runtime": "python3.13", "handler": "handler.handler"}
        for name in names
    }
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump(document))


class Walk:
    """A project whose twin runs, and a shell that has evaluated ``twin env --pulumi``."""

    def __init__(self, shell: Shell, cli: Path, extra: Mapping[str, str]) -> None:
        told = shell.greenshift("twin", "env", "--pulumi").out.splitlines()
        exports = [line.removeprefix("export ") for line in told if line.startswith("export ")]
        path = os.pathsep.join((str(cli.parent), str(Path(sys.executable).parent), os.environ["PATH"]))
        self._shell = shell
        self._environment = {
            **environment(),
            **ADA,
            **dict(shlex.split(line)[0].split("=", 1) for line in exports),
            "PATH": path,
            "PULUMI_HOME": str(shell.home / "pulumi-home"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            **extra,
        }

    def run(self, *command: str) -> str:
        done = subprocess.run(
            command,
            cwd=self._shell.directory,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout[-5000:]}\n{done.stderr[-5000:]}"
        return done.stdout

    def planned(self, *options: str) -> dict[str, Any]:
        """How many resources each operation of a preview has."""
        found: dict[str, Any] = json.loads(self.run("pulumi", "preview", "--json", *options))["changeSummary"]
        return found

    def wanted(self, *options: str) -> list[Any]:
        """What a preview would do, and to what; empty when it is nothing."""
        steps = json.loads(self.run("pulumi", "preview", "--json", *options))["steps"]
        return [
            (step["op"], step["urn"], step.get("detailedDiff"))
            for step in steps
            if step["op"] not in ("same", "refresh")
        ]


MADE = {
    "payments": payments,
    "orders-api": partial(example, "orders-api"),
    "media": partial(example, "media"),
    "100 functions": many,
}


@pytest.fixture(params=MADE.values(), ids=MADE.keys())
def walk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Walk]:
    make: Callable[[Path], None] = request.param
    make(tmp_path / "project")
    shell = Shell(tmp_path / "project")
    shell.git("init", "-q", "-b", "main")
    shell.commit("first")
    cli = executable()
    # Not so fast that a busy machine misses what has to be answered within minutes of the twin.
    shell.greenshift("twin", "start", "--speed", "20")
    try:
        # The CLI's file backend writes the whole state after each step, which of a thousand takes an hour.
        only_the_end = {"PULUMI_SKIP_CHECKPOINTS": "true", "PULUMI_EXPERIMENTAL": "true"}
        yield Walk(shell, cli, only_the_end if make is many else {})
    finally:
        process.stop(shell.home)


def test_from_a_preview_to_an_empty_twin(walk: Walk) -> None:
    walk.run("pulumi", "stack", "init", "dev")
    assert set(walk.planned()) == {"create"}

    walk.run("pulumi", "up", "--yes", "--skip-preview")
    assert set(walk.planned("--expect-no-changes")) == {"same"}
    walk.run("greenshift", "release", "--stack", "dev")
    walk.run("pulumi", "refresh", "--yes", "--skip-preview")
    walk.run("pulumi", "refresh", "--yes", "--skip-preview", "--expect-no-changes")
    assert walk.wanted("--refresh") == []

    walk.run("pulumi", "config", "set", "greenshift:rollout", "AllAtOnce")
    assert "update" in walk.planned()
    walk.run("pulumi", "up", "--yes", "--skip-preview")
    walk.run("greenshift", "doctor", "--stack", "dev")
    walk.run("pulumi", "destroy", "--yes", "--skip-preview")
    assert json.loads(walk.run("greenshift", "twin", "status", "--json"))["resources"] == {}

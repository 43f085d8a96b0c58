"""The real engine judges ours: the same random program, changed over the same steps, under both.

What each wants to do, how it ends and the state it leaves are compared; ids, times and the region (each has
its own on one twin) are not. ``make test`` takes a seed over two steps, GREENSHIFT_SWEEP=full many over five.
What differs on purpose stands in docs/engine.md.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from random_programs import RandomProgram
from real_pulumi import PulumiFailed, RealPulumi, real_pulumi

from greenshift.engine import Engine, Program, StateFile, Target
from greenshift.errors import EngineError
from greenshift.testing import RunningTwin

FULL = os.environ.get("GREENSHIFT_SWEEP") == "full"
SEEDS = range(1, int(os.environ.get("GREENSHIFT_SEEDS", "40")) + 1) if FULL else [1]
STEPS = 5 if FULL else 2
OURS, THEIRS = "us-east-1", "eu-west-1"
_REPLACING = {"create-replacement", "replace", "delete-replaced"}
_UNCOMPARED = {"id", "created", "modified", "stackTrace", "__internal"}
_GENERATED = re.compile(r"-[0-9a-f]{7}\b")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PROVIDER = re.compile(r"(pulumi:providers:[^:]+::[^:]+)::[^\"]+")


@dataclass
class Both:
    """One program under two engines."""

    twin: RunningTwin
    directory: Path
    theirs: RealPulumi
    folder: Path

    def ours(self) -> Engine:
        return Engine(
            Program(self.directory, "both", "dev", {"aws:region": OURS}),
            Target(self.twin.endpoint, OURS, "instance-1"),
            StateFile(self.folder / "dev.json"),
            lambda event: None,
            "correct horse",
        )

    def program(self, text: str) -> None:
        (self.directory / "__main__.py").write_text(text)

    def planned(self) -> tuple[dict[str, str], dict[str, str]]:
        ours = {step.urn: step.op for step in self.ours().preview().steps}
        theirs: dict[str, str] = {}
        for step in self.theirs.preview()["steps"]:
            op = "replace" if step["op"] in _REPLACING else step["op"]
            if op != "same" and "pulumi:providers:" not in step["urn"]:
                theirs[step["urn"]] = "replace" if theirs.get(step["urn"]) == "replace" else op
        return ours, theirs

    def done(self) -> tuple[str, str]:
        """How each run ended."""
        try:
            self.ours().up()
            ours = "well"
        except EngineError:
            ours = "failed"
        try:
            self.theirs.up()
            theirs = "well"
        except PulumiFailed:
            theirs = "failed"
        return ours, theirs

    def states(self) -> tuple[dict[str, Any], dict[str, Any]]:
        ours = json.loads((self.folder / "dev.json").read_text())["deployment"]
        theirs = self.theirs.deployment()["deployment"]
        return _compared(ours, OURS), _compared(theirs, THEIRS)


def _compared(deployment: dict[str, Any], region: str) -> dict[str, Any]:
    text = json.dumps(deployment.get("resources", [])).replace(region, "REGION")
    text = _UUID.sub("UUID", _PROVIDER.sub(r"\1", _GENERATED.sub("-*", text)))
    found = {}
    for item in json.loads(text):
        kept = {key: _opened(value) for key, value in item.items() if key not in _UNCOMPARED}
        found[item["urn"] + (" (to be deleted)" if item.get("delete") else "")] = kept
    return found


def _opened(value: Any) -> Any:
    """Without what is sealed anew each time; URNs in a list are a set."""
    if isinstance(value, dict):
        dropped = ("ciphertext", "plaintext", "__internal")
        return {key: _opened(item) for key, item in value.items() if key not in dropped}
    if isinstance(value, list):
        opened = [_opened(item) for item in value]
        return sorted(opened) if all(str(item).startswith("urn:") for item in opened) else opened
    return value


def differences(ours: Any, theirs: Any, path: str = "") -> list[str]:
    """Where two documents differ, leaf by leaf."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return [
            told
            for key in sorted({*ours, *theirs})
            for told in differences(ours.get(key), theirs.get(key), f"{path} {key}")
        ]
    return [] if ours == theirs else [f"{path}: ours {ours!r}, theirs {theirs!r}"]


def _agree(ours: Any, theirs: Any, where: str) -> None:
    found = differences(ours, theirs)
    assert not found, "\n".join([where, *found])


@pytest.fixture
def both(twin: RunningTwin, tmp_path: Path) -> Iterator[Both]:
    directory = tmp_path / "program"
    directory.mkdir()
    (directory / "Pulumi.yaml").write_text("name: both\nruntime: python\n")
    (directory / "__main__.py").write_text("")
    with real_pulumi(twin, directory, tmp_path / "pulumi") as theirs:
        theirs.run("config", "set", "aws:region", THEIRS, "--stack", theirs.stack)
        (tmp_path / "ours").mkdir()
        found = Both(twin, directory, theirs, tmp_path / "ours")
        yield found
        found.ours().destroy()
        theirs.destroy()


@pytest.mark.parametrize("seed", SEEDS)
def test_both_engines_plan_and_do_the_same(both: Both, seed: int) -> None:
    program = RandomProgram(seed)
    changes = ["made"]
    for step in range(STEPS):
        if step:
            changes.append(program.change())
        both.program(program.text())
        where = f"seed {seed}, step {step}: {changes}\n{program.text()}"

        ours, theirs = both.planned()
        _agree(ours, theirs, where)
        ours_ended, theirs_ended = both.done()
        assert ours_ended == theirs_ended, where
        if ours_ended == "well":
            ours_left, theirs_left = both.states()
            _agree(ours_left, theirs_left, where)

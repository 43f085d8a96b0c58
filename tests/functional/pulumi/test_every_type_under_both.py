"""Every case of a resource type in one program: on mocks, under our engine and under the real CLI.

What is registered, what each engine does and what it leaves in its state are the same. Moments and generated
names are not compared. Any other word that AWS makes up (an id, a port) may differ, but it is in no program,
and one of one engine is one of the other wherever it stands.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from support.pulumi.both import steps_of
from support.pulumi.real_pulumi import real_pulumi
from support.pulumi.type_cases import CASES
from support.pulumi.type_cases.case import Case
from support.pulumi.type_cases.program import program

from greenshift.engine import Engine, Program, StateFile, Target
from greenshift.testing import RunningTwin, start_twin

FULL = os.environ.get("GREENSHIFT_SWEEP") == "full"
PARTS = ("inputs", "outputs")
SHORT = ("watching", "case-queue", "usual")
"""Of the names in a case; the sweep has all."""
MADE_UP = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|-[0-9a-f]{7}\b|[0-9a-f]{26}|\d{4}-\d\d-\d\dT[\d:.]+(Z|\+[\d:]+)?"
)
WORD = re.compile(r"[A-Za-z0-9]+")
ON_MOCKS = """
import json, sys
import pulumi
from pulumi.runtime import mocks

found = []


class Recording(mocks.Mocks):
    def new_resource(self, args):
        given = sorted(key for key, value in args.inputs.items() if value is not None)
        found.append([args.typ, args.name, given])
        return args.name, dict(args.inputs)

    def call(self, args):
        return {}


mocks.set_mocks(Recording(), preview=False)


@pulumi.runtime.test
def run():
    exec(compile(open(sys.argv[1]).read(), "__main__.py", "exec"), {"__name__": "__main__"})


run()
json.dump(sorted(found), sys.stdout)
"""


def chosen() -> list[Case]:
    return list(CASES) if FULL else [case for case in CASES if any(name in str(case) for name in SHORT)]


@dataclass(frozen=True)
class Life:
    """What one engine left of the program, what of its changed form, and what it planned to change."""

    made: dict[str, Any]
    changed: dict[str, Any]
    plans: tuple[dict[str, str], ...]


@dataclass(frozen=True)
class Stages:
    """The program as it is made, with each case's update, and with its replacement on top."""

    directory: Path

    def write(self, stage: int) -> None:
        parts = ("inputs", "update", "replace")[: stage + 1]
        cases = [
            replace(case, inputs={key: value for part in parts for key, value in getattr(case, part).items()})
            for case in chosen()
        ]
        (self.directory / "__main__.py").write_text(program(cases))


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Stages:
    directory = tmp_path_factory.mktemp("every") / "program"
    directory.mkdir()
    (directory / "Pulumi.yaml").write_text("name: both\nruntime: python\n")
    return Stages(directory)


def ours(twin: RunningTwin, directory: Path) -> Engine:
    return Engine(
        Program(directory, "both", "dev", {"aws:region": twin.region}),
        Target(twin.endpoint, twin.region, "one"),
        StateFile(directory.parent / "dev.json"),
        lambda event: None,
        "correct horse",
    )


@pytest.fixture(scope="module")
def lives(stages: Stages) -> tuple[Life, Life]:
    """Under one engine after the other, on a twin each: a layer's versions are counted for ever."""
    directory = stages.directory
    with start_twin() as own:
        engine = ours(own, directory)

        def planned() -> dict[str, str]:
            return {step.urn: step.op for step in engine.preview().steps if step.op != "same"}

        def state() -> dict[str, Any]:
            return compared(json.loads((directory.parent / "dev.json").read_text()), own)

        one = life(stages, planned, engine.up, state)
        engine.destroy()
    with start_twin() as own, real_pulumi(own, directory, directory.parent / "pulumi") as theirs:
        theirs.run("config", "set", "aws:region", own.region, "--stack", theirs.stack)
        other = life(
            stages,
            lambda: steps_of(theirs.preview("--show-replacement-steps")),
            theirs.up,
            lambda: compared(theirs.deployment(), own),
        )
        theirs.destroy()
    return one, other


def life(
    stages: Stages,
    planned: Callable[[], dict[str, str]],
    up: Callable[[], object],
    state: Callable[[], dict[str, Any]],
) -> Life:
    """Made, left alone, changed; a replacement of everything at once is planned only."""
    stages.write(0)
    up()
    assert planned() == {}
    made = state()
    stages.write(1)
    changes = planned()
    up()
    changed = state()
    stages.write(2)
    return Life(made, changed, (changes, planned()))


def compared(state: dict[str, Any], own: RunningTwin) -> dict[str, Any]:
    kept = ("type", *PARTS)
    resources = state["deployment"]["resources"]
    told = {
        each["urn"]: {key: each[key] for key in kept if each.get(key)}
        for each in resources
        if not each["type"].startswith("pulumi:")
    }
    for each in told.values():  # whether the bucket had versions by then is chance: nothing orders the two
        each.get("outputs", {}).pop("versionId", None)
    text = json.dumps(told, sort_keys=True).replace(own.endpoint, "TWIN")
    found: dict[str, Any] = json.loads(MADE_UP.sub("*", text))
    return found


class Words:
    """What AWS calls things on one twin and on the other: one to one."""

    def __init__(self, program: str) -> None:
        self._said = set(WORD.findall(program))
        self._there: dict[str, str] = {}
        self._here: dict[str, str] = {}

    def differences(self, one: Any, other: Any, path: str = "") -> Iterator[str]:
        if isinstance(one, dict) and isinstance(other, dict) and set(one) == set(other):
            for key in one:
                yield from self.differences(one[key], other[key], f"{path}.{key}")
        elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
            for pair in zip(one, other, strict=True):
                yield from self.differences(*pair, path)
        elif one != other and not (
            isinstance(one, str) and isinstance(other, str) and self._same(one, other)
        ):
            yield f"{path}: {one!r}, {other!r}"

    def _same(self, one: Any, other: Any) -> bool:
        if not (isinstance(one, str) and isinstance(other, str)):
            return False
        if WORD.sub("*", one) != WORD.sub("*", other):
            return False
        pairs = zip(WORD.findall(one), WORD.findall(other), strict=True)
        return all(pair[0] == pair[1] or self._are_one(*pair) for pair in pairs)

    def _are_one(self, one: str, other: str) -> bool:
        if {one, other} & self._said:
            return False
        return self._there.setdefault(one, other) == other and self._here.setdefault(other, one) == one


@pytest.mark.parametrize("stage", ["made", "changed"])
def test_both_engines_leave_the_same_of_every_type(
    lives: tuple[Life, Life], stages: Stages, stage: str
) -> None:
    left, found = (getattr(each, stage) for each in lives)
    assert len(left) > len(chosen())
    assert sorted(left) == sorted(found)
    words = Words((stages.directory / "__main__.py").read_text())
    differing = {
        urn.rpartition("::")[2] + " " + left[urn]["type"]: told
        for urn in sorted(left)
        if (told := list(words.differences(left[urn], found[urn])))
    }
    assert differing == {}


def test_both_engines_plan_the_same_updates_and_replacements(lives: tuple[Life, Life]) -> None:
    one, other = lives
    assert one.plans == other.plans
    assert set(one.plans[0].values()) == {"update"}
    assert "replace" in one.plans[1].values()


def test_what_is_registered_on_mocks_is_what_the_engine_was_asked_for(
    lives: tuple[Life, Life], stages: Stages
) -> None:
    stages.write(0)
    done = subprocess.run(
        [sys.executable, "-c", ON_MOCKS, str(stages.directory / "__main__.py")],
        capture_output=True, text=True, timeout=300, check=True,
    )  # fmt: skip
    on_mocks = {(type_, name): keys for type_, name, keys in json.loads(done.stdout)}
    left = {
        (each["type"], urn.rpartition("::")[2]): set(each["inputs"]) for urn, each in lives[0].made.items()
    }
    assert set(on_mocks) == set(left)
    for key, given in on_mocks.items():
        assert set(given) <= left[key], key

"""A stack that an earlier version of Greenshift deployed: its files and its state, kept as they were."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import pytest

from greenshift.engine import Engine, Program, StateFile, Target
from greenshift.settings import load_project
from greenshift.testing import RunningTwin

BEFORE = Path(__file__).parents[2] / "recorded" / "written" / "before"
STATE = gzip.decompress((BEFORE / "dev.json.gz").read_bytes())
# Greenshift's own code travels with a stack, so another version brings another one.
OWN_CODE = {
    "build-kit",
    "controller-function",
    "recorder-function",
    "before-hook-function",
    "after-hook-function",
}
# Every test of every function is in a report of the build, in a group of the stack's own; and the recorder
# reads a failed build's own cause in its log.
SINCE = {
    "test-reports": "create",
    "build-policy": "update",
    "project": "update",
    "recorder-policy": "update",
}


def engine(twin: RunningTwin, directory: Path) -> Engine:
    project = load_project(directory, "dev")
    return Engine(
        Program(directory, project.name, "dev", project.config, project.secret_keys),
        Target(twin.endpoint, twin.region, "one"),
        StateFile(directory / "state.json"),
        lambda event: None,
        "correct horse",
        stand_ins=True,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BEFORE, tmp_path / "before"))


def urns_before() -> set[str]:
    resources = json.loads(STATE)["deployment"]["resources"]
    return {each["urn"] for each in resources if not each["type"].startswith("pulumi:providers:")}


def urns_since() -> set[str]:
    project = next(urn for urn in urns_before() if "aws:codebuild/project:Project" in urn)
    group = project.replace("project:Project", "reportGroup:ReportGroup").rpartition("::")[0]
    return {f"{group}::test-reports"}


def test_the_files_of_an_earlier_version_make_the_same_resources(twin: RunningTwin, project: Path) -> None:
    running = engine(twin, project)
    running.up()
    found = running.snapshot().resources
    assert {
        urn for urn, each in found.items() if not each.type.startswith("pulumi:providers:")
    } == urns_before() | urns_since()
    variables = twin.client("lambda").get_function_configuration(FunctionName="shop-dev-charge")[
        "Environment"
    ]
    assert variables["Variables"]["LIMIT"] == "5", "a stack's mapping replaces the project's, as it did"
    running.destroy()


def test_the_state_of_an_earlier_version_is_gone_on_with(twin: RunningTwin, project: Path) -> None:
    (project / "state.json").write_bytes(STATE)
    planned = engine(twin, project).preview()
    changed = {step.name: step.op for step in planned.steps if step.op not in ("same", "read")}
    assert {name: op for name, op in changed.items() if name in SINCE} == SINCE
    assert changed.keys() <= OWN_CODE | SINCE.keys()
    assert {op for name, op in changed.items() if name in OWN_CODE} <= {"update"}
    assert planned.changes["same"] > 70

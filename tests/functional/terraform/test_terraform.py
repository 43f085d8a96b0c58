"""Terraform's AWS provider, which nobody here wrote, creates on the twin all that our engine creates.

It is the code inside Pulumi's own provider. What it must be able to do: apply, find nothing to change, and
destroy until nothing is left, with one attempt for each call.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.audit.terraform_config import configuration
from support.audit.terraform_run import NEEDS_TERRAFORM, cycle, prepare, terraform, write_package
from support.audit.terraform_settings import SECRET_KEYS, all_settings
from support.stacks.project_stack import ProjectStack

from greenshift.testing import RunningTwin, start_twin

# Between them these two have every type of resource we create; `make sweep` takes all sets, three times.
SWEEP = bool(os.environ.get("GREENSHIFT_SWEEP"))
SETS = None if SWEEP else {"full", "oauth"}
ROUNDS = 3 if SWEEP else 1


pytestmark = NEEDS_TERRAFORM


@pytest.fixture(scope="module")
def twin() -> Iterator[RunningTwin]:
    with start_twin(speed=60) as running:
        yield running


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("terraform")


@pytest.fixture(scope="module")
def judged(twin: RunningTwin, directory: Path) -> dict[str, list[str]]:
    """Write the configuration of all sets; what was on the twin before any of them."""
    sets = all_settings(twin)
    before = twin.resources()
    stacks = {}
    for name in sorted(SETS or sets):
        settings = sets[name]
        root = directory / name
        (root / "shared").mkdir(parents=True)
        (root / "shared" / "common.py").write_text("")
        stack = ProjectStack(twin, root, settings, SECRET_KEYS, project=f"tf{name}")
        stack.up()
        stacks[name] = stack.resources()
        stack.engine().destroy()
    assert before == twin.resources()
    package = write_package(directory)
    prepare(directory, configuration(stacks, twin.endpoint, twin.region, package))
    return before


def test_the_configuration_is_valid(judged: dict[str, list[str]], directory: Path) -> None:
    terraform(directory, "validate")


@pytest.mark.parametrize("number", range(ROUNDS))
def test_everything_is_created_found_unchanged_and_destroyed(
    judged: dict[str, list[str]], twin: RunningTwin, directory: Path, number: int
) -> None:
    plan = cycle(directory)

    assert "No changes." in plan, plan[-6000:]
    assert judged == twin.resources()

"""What people write for Terraform by hand: the same pipeline N times, with all its kinds of action.

Two in every run; `make sweep` takes twenty, three times in a row. One attempt for each call.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.audit.terraform_config import document_of
from support.audit.terraform_flat import flat
from support.audit.terraform_run import NEEDS_TERRAFORM, cycle, prepare, terraform, write_package

from greenshift.testing import RunningTwin, start_twin

SWEEP = bool(os.environ.get("GREENSHIFT_SWEEP"))
COUNT = 20 if SWEEP else 2
ROUNDS = 3 if SWEEP else 1

pytestmark = NEEDS_TERRAFORM


@pytest.fixture(scope="module")
def twin() -> Iterator[RunningTwin]:
    with start_twin(speed=60) as running:
        yield running


@pytest.fixture(scope="module")
def directory(twin: RunningTwin, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("flat")
    prepare(made, document_of(flat(COUNT, write_package(made)), twin.endpoint, twin.region))
    terraform(made, "validate")
    return made


@pytest.mark.parametrize("number", range(ROUNDS))
def test_flat_pipelines_are_created_found_unchanged_and_destroyed(
    twin: RunningTwin, directory: Path, number: int
) -> None:
    before = twin.resources()
    plan = cycle(directory)

    assert "No changes." in plan, plan[-6000:]
    assert before == twin.resources()

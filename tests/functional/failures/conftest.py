"""One stack for the whole table, and a folder for each program somebody wrote by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.stacks.guarded import Guarded
from support.stacks.released_stack import Deployed, released_stack

from greenshift.testing import RunningTwin


@pytest.fixture(scope="module")
def deployed(twin: RunningTwin, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    with released_stack(twin, tmp_path_factory.mktemp("stack")) as stack:
        yield stack


@pytest.fixture
def guarded(twin: RunningTwin, tmp_path: Path) -> Guarded:
    (tmp_path / "state").mkdir()
    return Guarded(twin, tmp_path)

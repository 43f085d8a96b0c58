"""A program in a folder of its own, and the engine with the real pack in front of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.stacks.guarded import Guarded

from greenshift.testing import RunningTwin


@pytest.fixture
def guarded(twin: RunningTwin, tmp_path: Path) -> Guarded:
    (tmp_path / "state").mkdir()
    return Guarded(twin, tmp_path)

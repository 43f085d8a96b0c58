"""One deployed stack for the releases of a file, hundreds of them one after the other."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from support.stacks.delivered import Delivered

from greenshift.testing import start_twin

# A minute of the twin is a fifth of a second: Lambda's first retry, and a visit of the pipeline half of that.
SPEED = 300


@pytest.fixture(scope="session")
def is_full() -> bool:
    """`make sweep`: every call; otherwise one of every operation."""
    return os.environ.get("GREENSHIFT_SWEEP") == "full"


@pytest.fixture
def full_sweep(is_full: bool) -> None:
    """For what only `make sweep` has the time for."""
    if not is_full:
        pytest.skip("make sweep has the time for it")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, request: Any) -> Iterator[Delivered]:
    rollout = getattr(request.module, "ROLLOUT", "Canary50Percent1Minutes")
    with start_twin(speed=getattr(request.module, "SPEED", SPEED)) as twin:
        yield Delivered(twin, tmp_path_factory.mktemp("shop"), ("page", "pay", "ship"), rollout)

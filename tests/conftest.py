"""Fixtures every test may use: a real twin, and one whose clock stands still."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from greenshift.testing import RunningTwin, start_twin


@pytest.fixture(scope="module")
def twin() -> Iterator[RunningTwin]:
    """All services, a minute a second."""
    with start_twin(speed=60) as running:
        yield running


@pytest.fixture
def manual_twin() -> Iterator[RunningTwin]:
    """All services, and time moves only when the test says so."""
    with start_twin(clock="manual") as running:
        yield running

"""Fixtures every test may use: a real twin, and one whose clock stands still."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from greenshift.testing import RunningTwin, start_twin


def pytest_configure() -> None:
    """A shell's background jobs, and all they start, ignore Ctrl-C; some tests are about it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


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

"""Fixtures every test may use: a real twin, and one whose clock stands still."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from support.measures.durations import Durations
from support.stacks.kept import Kept

from greenshift.testing import RunningTwin, start_twin

# What an example costs depends on the machine's load; a test's verdict must not.
settings.register_profile("any-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any-machine")


def pytest_configure(config: pytest.Config) -> None:
    written = os.environ.get("GREENSHIFT_DURATIONS")
    config.pluginmanager.register(Durations(config.rootpath, Path(written) if written else None))
    # A shell's background jobs, and all they start, ignore Ctrl-C; some tests are about it.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """All that is loaded by now stays: nobody need search it for what could go, test after test."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000)


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Kept:
    """Stacks that were deployed once in this run, for tests of what comes after it."""
    return Kept.of_run(tmp_path_factory, is_shared=hasattr(request.config, "workerinput"))


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

"""Values most tests of a release need, short enough to read inside a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from greenshift.contract.release import Release, ReleasedFunction
from greenshift.contract.statuses import State, Status

EVENTS = Path(__file__).parents[2] / "events"


@dataclass
class StoppedClock:
    """A clock that a test sets."""

    moment: datetime = datetime(2026, 11, 23, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def make_release(clock: StoppedClock) -> Callable[..., Release]:
    def make(status: Status = Status.SHIFTING, *functions: ReleasedFunction, **members: Any) -> Release:
        values: dict[str, Any] = {"pipeline": "payments-dev", "started_at": clock.now(), "since": clock.now()}
        release = Release(id="r1", status=status, **(values | members))
        return release.with_functions(functions)

    return make


@pytest.fixture
def charge() -> Callable[..., ReleasedFunction]:
    def make(state: State = State.SHIFTING, **members: Any) -> ReleasedFunction:
        return ReleasedFunction("charge", "payments-dev-charge", "1", "2", state, **members)

    return make


@pytest.fixture
def refund() -> Callable[..., ReleasedFunction]:
    def make(state: State = State.SHIFTING, **members: Any) -> ReleasedFunction:
        return ReleasedFunction("refund", "payments-dev-refund", "5", "6", state, **members)

    return make


@pytest.fixture
def recorded() -> Callable[[str], str]:
    """The text of a recorded event."""
    return lambda name: (EVENTS / f"{name}.json").read_text()

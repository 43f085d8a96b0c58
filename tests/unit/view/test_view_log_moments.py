"""What AWS writes of moments in a log is told by the reader's clock, with the twin's beside it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from greenshift.view import AWS, Hours
from greenshift.view.log_moments import by_reader

BEGAN = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
HOURS = Hours.of_twin(60.0, BEGAN.timestamp(), BEGAN.timestamp(), UTC)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "[Container] 2026/11/23 16:30:00.250000 Running command npm test",
            "[Container] 16:00:30 (twin 16:30:00) Running command npm test",
        ),
        (
            "2026-11-23T16:30:00.250Z 6c1f Task timed out after 3.00 seconds",
            "16:00:30 (twin 16:30:00) 6c1f Task timed out after 3.00 seconds",
        ),
    ],
)
def test_a_moment_of_aws_is_told_by_the_readers_clock_on_a_twin_alone(line: str, told: str) -> None:
    assert by_reader(line, HOURS) == told
    assert by_reader(line, AWS) == line


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-23T16:30:00.250Z\t6c1f\tINFO\tby the clock of the machine",
        "said on [Container] 2026/11/23 16:30:00",
        "[Container] begins",
    ],
)
def test_what_a_function_or_a_command_prints_stays(line: str) -> None:
    assert by_reader(line, HOURS) == line

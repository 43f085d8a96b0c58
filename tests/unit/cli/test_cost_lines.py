"""Amounts as they are written make up the sum as it is written."""

from __future__ import annotations

import pytest

from greenshift.cli.commands.cost import add_up


@pytest.mark.parametrize(
    ("parts", "whole", "told"),
    [
        (
            [0.0220, 0.0150, 0.0010, 0.0006, 0.0004],
            0.0390,
            ["$0.022", "$0.015", "$0.001", "$0.001", "$0.000"],
        ),
        ([0.0004, 0.0004, 0.0004], 0.0012, ["$0.001", "$0.000", "$0.000"]),
        ([20.0, 0.244, 0.006], 20.25, ["$20.00", "$0.24", "$0.01"]),
        ([0.6, 1.25], 1.85, ["$0.60", "$1.25"]),
        ([], 0.0, []),
    ],
)
def test_the_parts_as_written_make_up_the_sum_as_written(
    parts: list[float], whole: float, told: list[str]
) -> None:
    assert add_up(parts, whole) == told


def test_of_any_parts_each_is_within_a_unit_of_what_it_is() -> None:
    for many in range(1, 60):
        parts = [0.7 / (place + 1) / many for place in range(many)]
        written = [float(each.removeprefix("$")) for each in add_up(parts, sum(parts))]

        assert sum(written) == pytest.approx(
            float(f"{sum(parts):.3f}" if sum(parts) < 1 else f"{sum(parts):.2f}")
        )
        assert all(
            abs(a - b) < (0.001 if sum(parts) < 1 else 0.01) for a, b in zip(written, parts, strict=True)
        )

"""SVG paths: steps of traffic, lines of errors, and the plan. Pure; a plot is 1000 by 100."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from greenshift.dashboard.charts.axis import HEIGHT, Axis, seconds
from greenshift.view import ShiftView


def area(values: Mapping[float, float], period: int, axis: Axis) -> str:
    """The area below steps, each ``period`` seconds wide; a gap where a period has no value."""
    pieces = []
    for run in _runs(values, period):
        steps = " ".join(f"V{_y(value)} H{axis.x(at + period)}" for at, value in run)
        pieces.append(f"M{axis.x(run[0][0])} {HEIGHT:g} {steps} V{HEIGHT:g} Z")
    return " ".join(pieces)


def line(values: Mapping[float, float], period: int, axis: Axis, ceiling: float) -> str:
    """A line through the middle of each period; a period alone is a short dash."""
    pieces = []
    for run in _runs(values, period):
        points = [(axis.x(at + period / 2), _y(value, ceiling)) for at, value in run]
        first = f"M{axis.x(run[0][0])} {points[0][1]}"
        rest = " ".join(f"L{x} {y}" for x, y in points)
        pieces.append(f"{first} {rest} L{axis.x(run[-1][0] + period)} {points[-1][1]}")
    return " ".join(pieces)


def planned(shift: ShiftView | None, axis: Axis) -> str:
    """The plan as steps from 0 %, to the end of the axis; empty when there is none yet."""
    if shift is None or not shift.plan:
        return ""
    steps = " ".join(f"H{axis.x(seconds(step.at))} V{_y(step.percent)}" for step in shift.plan)
    return f"M{axis.x(axis.start)} {_y(0)} {steps} H{axis.x(axis.end)}"


def _runs(values: Mapping[float, float], period: int) -> Iterator[list[tuple[float, float]]]:
    """Values that follow one another without a gap."""
    run: list[tuple[float, float]] = []
    for at, value in sorted(values.items()):
        if run and at > run[-1][0] + period:
            yield run
            run = []
        run.append((at, value))
    if run:
        yield run


def _y(value: float, ceiling: float = 100.0) -> float:
    return round(HEIGHT - HEIGHT * min(value, ceiling) / ceiling, 1)

"""SVG paths: steps of traffic, lines of errors and durations, and the plan. Pure; a plot is 1000 by 100."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from greenshift.dashboard.charts.axis import HEIGHT, Axis, seconds
from greenshift.dashboard.charts.scale import PERCENT, Scale
from greenshift.view import ShiftView


def area(values: Mapping[float, float], period: int, axis: Axis, scale: Scale = PERCENT) -> str:
    """The area below steps, each ``period`` seconds wide; a gap where a period has no value."""
    pieces = []
    for run in _runs(values, period):
        steps = " ".join(f"V{scale.y(value)} H{axis.x(at + period)}" for at, value in run)
        pieces.append(f"M{axis.x(run[0][0])} {HEIGHT:g} {steps} V{HEIGHT:g} Z")
    return " ".join(pieces)


def line(values: Mapping[float, float], period: int, axis: Axis, scale: Scale) -> str:
    """A line through the middle of each period; a period alone is a short dash."""
    return " ".join(
        f"M{points[0]} {' '.join(f'L{point}' for point in points[1:])}"
        for points in _lines(values, period, axis, scale)
    )


def below(values: Mapping[float, float], period: int, axis: Axis, scale: Scale) -> str:
    """The area between such a line and zero."""
    return " ".join(
        f"M{points[0].split()[0]} {HEIGHT:g} {' '.join(f'L{point}' for point in points)} "
        f"L{points[-1].split()[0]} {HEIGHT:g} Z"
        for points in _lines(values, period, axis, scale)
    )


def _lines(values: Mapping[float, float], period: int, axis: Axis, scale: Scale) -> Iterator[list[str]]:
    for run in _runs(values, period):
        middle = [f"{axis.x(at + period / 2)} {scale.y(value)}" for at, value in run]
        first, last = run[0], run[-1]
        yield [
            f"{axis.x(first[0])} {scale.y(first[1])}",
            *middle,
            f"{axis.x(last[0] + period)} {scale.y(last[1])}",
        ]


def planned(shift: ShiftView | None, axis: Axis, until: float) -> str:
    """The plan as steps from 0 %, up to a moment; empty when there is none yet."""
    if shift is None or not shift.plan:
        return ""
    plan = [step for step in shift.plan if seconds(step.at) <= until]
    steps = "".join(f" H{axis.x(seconds(step.at))} V{PERCENT.y(step.percent)}" for step in plan)
    return f"M{axis.x(axis.start)} {PERCENT.y(0)}{steps} H{axis.x(until)}"


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

"""The functions of metric math, each from values to a value ("Functions supported for metric math").

``METRICS`` is not here: it asks for the values of other queries, which only the evaluation knows.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from greenshift.twin.alarms.expressions.arithmetic import each
from greenshift.twin.alarms.expressions.errors import ExpressionError
from greenshift.twin.alarms.expressions.values import Scalar, Series, SeriesList, Value, Word, kind


@dataclass(frozen=True)
class Signature:
    """How many arguments a function takes."""

    least: int
    most: int

    def arity(self) -> str:
        count = str(self.least) if self.least == self.most else f"{self.least} to {self.most}"
        return f"{count} argument{'' if count == '1' else 's'}"


SIGNATURES: dict[str, Signature] = {
    "ABS": Signature(1, 1),
    "AVG": Signature(1, 1),
    "CEIL": Signature(1, 1),
    "DIFF": Signature(1, 1),
    "FILL": Signature(2, 2),
    "FLOOR": Signature(1, 1),
    "IF": Signature(3, 3),
    "MAX": Signature(1, 1),
    "METRICS": Signature(0, 1),
    "MIN": Signature(1, 1),
    "PERIOD": Signature(1, 1),
    "RATE": Signature(1, 1),
    "SUM": Signature(1, 1),
}

Slots = Callable[[int], Sequence[float]]


def call(function: str, arguments: Sequence[Value], slots: Slots) -> Value:
    """Compute a function; ``slots`` gives the times at which a full series of a period has points."""
    if function in _REDUCE:
        return _reduce(function, arguments[0])
    if function in _EACH:
        return _each(function, arguments[0])
    if function == "PERIOD":
        return Scalar(float(_one_series(function, arguments[0]).period))
    if function == "IF":
        return _choose(*arguments)
    return _fill(arguments[0], arguments[1], slots)


def _sum(values: Sequence[float]) -> float:
    try:
        return math.fsum(values)
    except OverflowError:
        return math.inf


_REDUCE: dict[str, Callable[[Sequence[float]], float]] = {
    "SUM": _sum,
    "AVG": lambda values: _sum(values) / len(values),
    "MIN": min,
    "MAX": max,
}


def _reduce(function: str, value: Value) -> Value:
    """A series becomes a number; several series become one, over the points there are at each time."""
    reduce = _REDUCE[function]
    match value:
        case Series(points=points):
            return Scalar(_finite(reduce(list(points.values()))) if points else None)
        case SeriesList(members=members):
            times = sorted({time for member in members for time in member.points})
            period = max((member.period for member in members), default=60)
            return _series(period, ((time, reduce(_at(members, time))) for time in times))
    raise ExpressionError(f"{function} needs a time series, not {kind(value)}")


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None


def _series(period: int, points: Iterable[tuple[float, float]]) -> Series:
    """Of these points; one that overflowed is none."""
    return Series(period, {time: value for time, value in points if math.isfinite(value)})


def _at(members: Iterable[Series], time: float) -> list[float]:
    return [member.points[time] for member in members if time in member.points]


def _diff(series: Series) -> Series:
    points = sorted(series.points.items())
    return _series(series.period, ((later[0], later[1] - earlier[1]) for earlier, later in pairwise(points)))


def _rate(series: Series) -> Series:
    points = pairwise(sorted(series.points.items()))
    return _series(
        series.period, ((end, (last - first) / (end - start)) for (start, first), (end, last) in points)
    )


_EACH: dict[str, Callable[[Series], Series]] = {
    "ABS": lambda series: each(series, abs),
    "CEIL": lambda series: each(series, lambda value: float(math.ceil(value))),
    "FLOOR": lambda series: each(series, lambda value: float(math.floor(value))),
    "DIFF": _diff,
    "RATE": _rate,
}


def _each(function: str, value: Value) -> Value:
    change = _EACH[function]
    match value:
        case Series():
            return change(value)
        case SeriesList(members=members):
            return SeriesList(tuple(change(member) for member in members))
        case Scalar(value=number) if function in ("ABS", "CEIL", "FLOOR"):
            changed = change(Series(60, {} if number is None else {0.0: number})).points
            return Scalar(changed.get(0.0))
    raise ExpressionError(f"{function} needs a time series, not {kind(value)}")


def _choose(condition: Value, then: Value, otherwise: Value) -> Value:
    """IF: a number decides once, a series decides at each of its times."""
    for branch in (then, otherwise):
        if not isinstance(branch, Scalar | Series):
            raise ExpressionError(f"IF cannot give {kind(branch)}")
    match condition:
        case Scalar(value=number):
            return _choose_once(number, then, otherwise)
        case Series(period=period, points=points):
            chosen = ((time, _value_at(then if test else otherwise, time)) for time, test in points.items())
            return Series(period, {time: value for time, value in chosen if value is not None})
    raise ExpressionError(f"IF needs a number or a time series as its condition, not {kind(condition)}")


def _choose_once(condition: float | None, then: Value, otherwise: Value) -> Value:
    """One branch for all times; a series if either branch is one, so that the kind never depends on data."""
    chosen = Scalar(None) if condition is None else then if condition else otherwise
    if isinstance(chosen, Scalar):
        for branch in (then, otherwise):
            if isinstance(branch, Series):
                return each(branch, lambda _: chosen.value)
    return chosen


def _value_at(value: Value, time: float) -> float | None:
    match value:
        case Scalar(value=number):
            return number
        case Series(points=points):
            return points.get(time)
    return None


def _fill(value: Value, filling: Value, slots: Slots) -> Value:
    if isinstance(value, SeriesList):
        return SeriesList(tuple(_fill_one(member, filling, slots(member.period)) for member in value.members))
    series = _one_series("FILL", value)
    return _fill_one(series, filling, slots(series.period))


def _fill_one(series: Series, filling: Value, slots: Sequence[float]) -> Series:
    match filling:
        case Word(text="REPEAT"):
            return _repeat(series, slots)
        case Word(text="LINEAR"):
            return _linear(series, slots)
        case Scalar() | Series():
            found = {slot: series.points.get(slot, _value_at(filling, slot)) for slot in slots}
            return Series(series.period, {time: value for time, value in found.items() if value is not None})
    raise ExpressionError("FILL fills with a number, a time series, REPEAT or LINEAR")


def _repeat(series: Series, slots: Sequence[float]) -> Series:
    """The newest earlier value; nothing before the first point."""
    found: dict[float, float] = {}
    last: float | None = None
    for slot in slots:
        last = series.points.get(slot, last)
        if last is not None:
            found[slot] = last
    return Series(series.period, found)


def _linear(series: Series, slots: Sequence[float]) -> Series:
    """A straight line between neighbours; nothing before the first and after the last point."""
    found = dict(series.points)
    points = sorted(series.points.items())
    times = [time for time, _ in points]
    for slot in slots:
        after = bisect_right(times, slot)
        if 0 < after < len(points) and slot not in found:
            (start, first), (end, last) = points[after - 1 : after + 1]
            found[slot] = first + (last - first) * (slot - start) / (end - start)
    return Series(series.period, dict(sorted(found.items())))


def _one_series(function: str, value: Value) -> Series:
    if not isinstance(value, Series):
        raise ExpressionError(f"{function} needs a time series, not {kind(value)}")
    return value

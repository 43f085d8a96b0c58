"""Operators between values: number by number, point by point where both sides have one.

A division by zero, a root of a negative number and an overflow give no point rather than an error.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable

from greenshift.twin.alarms.expressions.errors import ExpressionError
from greenshift.twin.alarms.expressions.tree import Operator
from greenshift.twin.alarms.expressions.values import Scalar, Series, SeriesList, Value, Word, kind

Compute = Callable[[float, float], float | None]


def _divide(left: float, right: float) -> float | None:
    result = left / right if right else math.inf
    return result if math.isfinite(result) else None


def _power(left: float, right: float) -> float | None:
    try:
        result = left**right
    except (ZeroDivisionError, OverflowError):
        return None
    return None if isinstance(result, complex) or not math.isfinite(result) else result


def _finite(compute: Callable[[float, float], float]) -> Compute:
    def checked(left: float, right: float) -> float | None:
        result = compute(left, right)
        return result if math.isfinite(result) else None

    return checked


def _truth(test: Callable[[float, float], bool]) -> Compute:
    return lambda left, right: 1.0 if test(left, right) else 0.0


COMPUTE: dict[Operator, Compute] = {
    "+": _finite(operator.add),
    "-": _finite(operator.sub),
    "*": _finite(operator.mul),
    "/": _divide,
    "^": _power,
    "==": _truth(operator.eq),
    "!=": _truth(operator.ne),
    "<": _truth(operator.lt),
    "<=": _truth(operator.le),
    ">": _truth(operator.gt),
    ">=": _truth(operator.ge),
    "AND": _truth(lambda left, right: bool(left) and bool(right)),
    "OR": _truth(lambda left, right: bool(left) or bool(right)),
}


def apply(symbol: Operator, left: Value, right: Value) -> Value:
    """One operator on two values of any kinds that fit together."""
    compute = COMPUTE[symbol]
    match left, right:
        case Scalar(), Scalar():
            return Scalar(_between(compute, left.value, right.value))
        case Series(), Series():
            return _pointwise(compute, left, right)
        case Series(), Scalar():
            return each(left, lambda value: _between(compute, value, right.value))
        case Scalar(), Series():
            return each(right, lambda value: _between(compute, left.value, value))
        case SeriesList(), Scalar() | Series():
            return SeriesList(tuple(_series(apply(symbol, member, right)) for member in left.members))
        case Scalar() | Series(), SeriesList():
            return SeriesList(tuple(_series(apply(symbol, left, member)) for member in right.members))
        case Word(text=text), _:
            raise ExpressionError(f"{text} is not a value")
        case _, Word(text=text):
            raise ExpressionError(f"{text} is not a value")
    raise ExpressionError(f"{symbol} cannot be used between {kind(left)} and {kind(right)}")


def each(series: Series, compute: Callable[[float], float | None]) -> Series:
    """A series with another value at each time; None removes the point."""
    computed = ((time, compute(value)) for time, value in series.points.items())
    return Series(series.period, {time: value for time, value in computed if value is not None})


def _between(compute: Compute, left: float | None, right: float | None) -> float | None:
    return None if left is None or right is None else compute(left, right)


def _pointwise(compute: Compute, left: Series, right: Series) -> Series:
    found: dict[float, float] = {}
    for time, value in left.points.items():
        other = right.points.get(time)
        result = None if other is None else compute(value, other)
        if result is not None:
            found[time] = result
    return Series(max(left.period, right.period), found)


def _series(value: Value) -> Series:
    assert isinstance(value, Series)  # a series with a number or a series is a series
    return value

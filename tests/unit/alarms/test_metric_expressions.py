"""Metric math: what expressions compute, where points go missing, and what is refused by name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenshift.twin.alarms.expressions import (
    ExpressionError,
    Scalar,
    Series,
    SeriesList,
    Value,
    evaluate,
    parse,
    references,
)

ERROR_RATE = "IF(invocations > 0, 100 * errors / invocations, 0)"


def series(*values: float | None) -> Series:
    """A series of minutes; None is a minute without a point."""
    return Series(60, {60.0 * index: value for index, value in enumerate(values) if value is not None})


class Given:
    """A scope of ready-made series."""

    def __init__(self, minutes: int = 4, **values: Series) -> None:
        self._values = values
        self._minutes = minutes

    def value(self, name: str) -> Value:
        if name not in self._values:
            raise ExpressionError(f"Undefined variable {name}")
        return self._values[name]

    def metrics(self, containing: str) -> tuple[Series, ...]:
        return tuple(value for name, value in self._values.items() if containing in name)

    def slots(self, period: int) -> list[float]:
        return [float(period * index) for index in range(self._minutes)]


def compute(expression: str, **values: Series) -> Value:
    return evaluate(parse(expression), Given(**values))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + 2 * 3", 7.0),
        ("(1 + 2) * 3", 9.0),
        ("2 ^ 3 ^ 2", 512.0),
        ("-2 ^ 2", -4.0),
        ("2 ^ -1", 0.5),
        ("--3", 3.0),
        ("7 - 2 - 1", 4.0),
        ("8 / 4 / 2", 1.0),
        ("1.5e2 + .5", 150.5),
        ("1 < 2", 1.0),
        ("2 <= 1", 0.0),
        ("3 == 3", 1.0),
        ("3 != 3", 0.0),
        ("1 > 0 && 0 > 1", 0.0),
        ("1 > 0 || 0 > 1", 1.0),
        ("1 AND 0 OR 1", 1.0),
        ("1 + 1 > 1 AND 2 > 1", 1.0),
        ("IF(2 > 1, 5, 6)", 5.0),
        ("IF(0, 5, 6)", 6.0),
        ("ABS(-3)", 3.0),
        ("CEIL(1.2) + FLOOR(1.8)", 3.0),
        ("1 / 0", None),
        ("(0 - 8) ^ 0.5", None),
        ("10 ^ 400", None),
        ("1e308 * 10", None),
    ],
)
def test_numbers_are_computed_with_the_usual_precedence(expression: str, expected: float | None) -> None:
    assert compute(expression) == Scalar(expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("a + b", series(11, None, None, 48)),
        ("a - 1", series(0, 1, None, 3)),
        ("10 / a", series(10, 5, None, 2.5)),
        ("a / z", series(None, 2, None, None)),
        ("-a", series(-1, -2, None, -4)),
        ("a > 1", series(0, 1, None, 1)),
        ("a > 1 && b > 40", series(0, None, None, 1)),
        ("IF(a > 1, a, 0)", series(0, 2, None, 4)),
        ("IF(a > 1, b, a)", series(1, None, None, 44)),
        ("IF(1, a, 0)", series(1, 2, None, 4)),
        ("IF(0, a, 7)", series(7, 7, None, 7)),
        ("FILL(a, 0)", series(1, 2, 0, 4)),
        ("FILL(a, REPEAT)", series(1, 2, 2, 4)),
        ("FILL(a, LINEAR)", series(1, 2, 3, 4)),
        ("FILL(a, b)", series(1, 2, None, 4)),
        ("DIFF(a)", series(None, 1, None, 2)),
        ("RATE(a)", series(None, 1 / 60, None, 2 / 120)),
        ("ABS(0 - a)", series(1, 2, None, 4)),
        ("a * PERIOD(a)", series(60, 120, None, 240)),
        ("a - MIN(a)", series(0, 1, None, 3)),
        ("SUM(METRICS())", series(11, 3, None, 48)),
        ('MAX(METRICS("b"))', series(10, None, None, 44)),
        ("AVG([a, b])", series(5.5, 2, None, 24)),
    ],
)
def test_series_are_computed_point_by_point(expression: str, expected: Series) -> None:
    result = compute(
        expression, a=series(1, 2, None, 4), b=series(10, None, None, 44), z=series(0, 1, None, None)
    )

    assert isinstance(result, Series)
    assert dict(result.points) == dict(expected.points)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [("SUM(a)", 7.0), ("AVG(a)", 7 / 3), ("MIN(a)", 1.0), ("MAX(a)", 4.0), ("PERIOD(a)", 60.0)],
)
def test_a_series_is_reduced_to_a_number(expression: str, expected: float) -> None:
    assert compute(expression, a=series(1, 2, None, 4)) == Scalar(expected)


def test_linear_filling_draws_a_line_between_the_neighbours_only() -> None:
    result = compute("FILL(a, LINEAR)", a=series(None, 10, None, 30))

    assert result == series(None, 10, 20, 30)


def test_a_series_without_points_has_no_sum() -> None:
    assert compute("SUM(a)", a=series()) == Scalar(None)


def test_metrics_gives_every_metric_as_a_series_of_its_own() -> None:
    assert compute("METRICS() * 2", a=series(1), b=series(2)) == SeriesList((series(2), series(4)))


class TestTheErrorRateOfOurAlarms:
    """``IF(invocations > 0, 100 * errors / invocations, 0)`` with Lambda's metrics."""

    def test_is_a_percentage_of_the_invocations(self) -> None:
        result = compute(ERROR_RATE, errors=series(1, 0, 5), invocations=series(10, 4, 5))

        assert result == series(10, 0, 100)

    def test_has_no_point_without_traffic(self) -> None:
        assert compute(ERROR_RATE, errors=series(), invocations=series()) == series()

    def test_has_no_point_where_errors_have_none(self) -> None:
        assert compute(ERROR_RATE, errors=series(None, 1), invocations=series(5, 5)) == series(None, 20)

    def test_is_zero_where_invocations_are_zero(self) -> None:
        assert compute(ERROR_RATE, errors=series(0), invocations=series(0)) == series(0)


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("SEARCH('x', 'Sum')", "does not support the function SEARCH"),
        ("ANOMALY_DETECTION_BAND(a)", "ANOMALY_DETECTION_BAND"),
        ("sum(a)", "does not support the function sum"),
        ("a +", "found the end at position 3"),
        ("(a", "Expected ')'"),
        ("a b", "Expected the end of the expression, found 'b' at position 2"),
        ("a % 2", "Unexpected character '%' at position 2"),
        ("", "Expected a number"),
        ("IF(a, 1)", "IF takes 3 arguments, not 2"),
        ("FILL(a)", "FILL takes 2 arguments, not 1"),
        ("PERIOD(1)", "PERIOD needs a time series, not a number"),
        ("SUM(1)", "SUM needs a time series"),
        ("FILL(a, SOMETIMES)", "FILL fills with"),
        ("REPEAT + 1", "REPEAT is not a value"),
        ("METRICS() + METRICS()", "cannot be used between"),
        ("METRICS(1)", "METRICS takes no argument or a text"),
        ("missing + 1", "Undefined variable missing"),
        ("[1, 2]", "An array holds time series only"),
        ("IF(METRICS(), 1, 2)", "as its condition"),
        ("(" * 100 + "1" + ")" * 100, "Nested deeper"),
    ],
)
def test_what_cannot_be_read_or_computed_is_refused_by_name(expression: str, complaint: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        compute(expression, a=series(1))

    assert complaint in str(refused.value)


@given(st.text(alphabet='abm1 +-*/^<>=!&|(),[]IFSUM."', max_size=40))
def test_any_text_is_parsed_or_refused_and_never_crashes(text: str) -> None:
    try:
        list(references(parse(text)))
    except ExpressionError as refused:
        assert str(refused)


_numbers = st.floats(min_value=-1e6, max_value=1e6, allow_nan=False).map(lambda number: round(number, 3))
_points = st.dictionaries(st.sampled_from([0.0, 60.0, 120.0, 180.0]), _numbers)


@given(_points, _points, st.sampled_from(["+", "-", "*", "/", "<", ">=", "&&"]))
def test_arithmetic_has_points_only_where_both_sides_have(
    left: dict[float, float], right: dict[float, float], operator: str
) -> None:
    result = compute(f"a {operator} b", a=Series(60, left), b=Series(60, right))

    assert isinstance(result, Series)
    both = set(left) & set(right)
    nothing = {time for time in both if operator == "/" and right[time] == 0}
    assert set(result.points) == both - nothing

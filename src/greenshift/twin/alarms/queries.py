"""Metric queries and what they give: the metrics an expression names, and the expressions themselves.

GetMetricData and PutMetricAlarm share the shape (API reference: MetricDataQuery), so they share this. A query
set is checked once, when it arrives; computing it afterwards cannot fail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from greenshift.twin.alarms.expressions import (
    Expression,
    ExpressionError,
    Scope,
    Series,
    SeriesList,
    Value,
    evaluate,
    parse,
    references,
)
from greenshift.twin.alarms.metrics import MetricKey, MetricStore, Window

_ID = re.compile(r"[a-z][A-Za-z0-9_]*")


@dataclass(frozen=True)
class MetricStat:
    """One statistic of one metric; ``key`` is the metric's identity in the store."""

    key: MetricKey
    period: int
    statistic: str
    unit: str | None = None

    @property
    def namespace(self) -> str:
        return self.key[0]

    @property
    def metric_name(self) -> str:
        return self.key[1]

    @property
    def dimensions(self) -> tuple[tuple[str, str], ...]:
        return self.key[2]


@dataclass(frozen=True)
class MetricQuery:
    """Either a metric (``stat``) or an expression over other queries."""

    id: str
    stat: MetricStat | None = None
    expression: str | None = None
    tree: Expression | None = None
    label: str | None = None
    return_data: bool | None = None
    period: int | None = None
    account: str | None = None


class Results(Scope):
    """The values of a set of queries over a window, each computed once, when first asked for."""

    def __init__(self, queries: Sequence[MetricQuery], store: MetricStore, window: Window) -> None:
        self._queries = {query.id: query for query in queries}
        self._store = store
        self._window = window
        self._values: dict[str, Value] = {}

    def value(self, name: str) -> Value:
        """What it needs is computed first, one by one: a chain may be five hundred queries long."""
        pending = [name]
        while pending:
            query = self._queries.get(pending[-1])
            if query is None:
                raise ExpressionError(f"Undefined variable {pending[-1]}")
            used = references(query.tree) if query.tree is not None else ()
            missing = [each for each in used if each not in self._values]
            if missing:
                pending.extend(missing)
            else:
                pending.pop()
                if query.id not in self._values:
                    self._values[query.id] = self._compute(query)
        return self._values[name]

    def metrics(self, containing: str) -> tuple[Series, ...]:
        wanted = (q.id for q in self._queries.values() if q.stat is not None and containing in q.id)
        values = (self.value(name) for name in wanted)
        return tuple(value for value in values if isinstance(value, Series))

    def slots(self, period: int) -> list[float]:
        return list(self._window.whole(period).slots())

    def saw_data(self) -> bool:
        """Whether any metric had a point in the window."""
        return any(isinstance(value, Series) and value.points for value in self._metric_values())

    def _metric_values(self) -> Iterator[Value]:
        return (self._values[q.id] for q in self._queries.values() if q.stat and q.id in self._values)

    def _compute(self, query: MetricQuery) -> Value:
        if query.stat is not None:
            return measured(query.stat, self._store, self._window)
        assert query.tree is not None  # a query is a metric or an expression: check() refused the rest
        return evaluate(query.tree, self)


def measured(stat: MetricStat, store: MetricStore, window: Window) -> Series:
    """The points of one metric; its own period counts, over the window's stretch of time."""
    own = window.whole(stat.period)
    return Series(stat.period, dict(store.points(stat.key, own, stat.statistic, stat.unit)))


def series_of(value: Value) -> tuple[Series, ...]:
    """The time series of a result; ExpressionError for anything else."""
    match value:
        case Series():
            return (value,)
        case SeriesList(members=members):
            return members
    raise ExpressionError("The expression does not give a time series")


def check(queries: Sequence[MetricQuery]) -> None:
    """Refuse a set that could not be computed: bad ids, unknown references, circles, wrong kinds."""
    _check_ids(queries)
    trees = {query.id: _tree(query) for query in queries if query.tree is not None or query.expression}
    known = {query.id for query in queries}
    for name, tree in trees.items():
        for used in references(tree):
            if used not in known:
                raise ExpressionError(f"Error in expression '{name}': Undefined variable {used}")
    _check_circles(trees)
    _check_kinds(queries)


def read_expression(name: str, text: str) -> Expression:
    """Parse, with the query's id in the error."""
    try:
        return parse(text)
    except ExpressionError as error:
        raise ExpressionError(f"Error in expression '{name}': {error}") from None


def _tree(query: MetricQuery) -> Expression:
    return query.tree or read_expression(query.id, query.expression or "")


def _check_ids(queries: Sequence[MetricQuery]) -> None:
    seen: set[str] = set()
    for query in queries:
        if not _ID.fullmatch(query.id):
            raise ExpressionError(
                f"The value '{query.id}' is not a valid Id: letters, digits and underscores, lower case first"
            )
        if query.id in seen:
            raise ExpressionError(f"The Id '{query.id}' is used more than once")
        seen.add(query.id)


def _check_circles(trees: dict[str, Expression]) -> None:
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            chain = " -> ".join((*path[path.index(name) :], name))
            raise ExpressionError(f"Error in expression '{name}': Circular reference {chain}")
        if name in done or name not in trees:
            return
        for used in references(trees[name]):
            visit(used, (*path, name))
        done.add(name)

    for name in trees:
        visit(name, ())


def _check_kinds(queries: Sequence[MetricQuery]) -> None:
    """Compute everything once over an empty store: kinds do not depend on the data."""
    results = Results(queries, _NOTHING, Window(0.0, 60.0, 60))
    for query in queries:
        try:
            series_of(results.value(query.id))
        except ExpressionError as error:
            if query.return_data is not False:
                raise ExpressionError(f"Error in expression '{query.id}': {error}") from None


class _NoMeasurements(MetricStore):
    """A store in which nothing was ever recorded."""

    def __init__(self) -> None:
        self._series = {}


_NOTHING = _NoMeasurements()


def gives_one_series(queries: Sequence[MetricQuery], name: str) -> bool:
    """Whether a query's result is a single time series, whatever the data."""
    return isinstance(Results(queries, _NOTHING, Window(0.0, 60.0, 60)).value(name), Series)

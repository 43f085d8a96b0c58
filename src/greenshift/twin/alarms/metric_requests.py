"""The requests about measurements, read from the wire once and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from greenshift.twin.alarms import errors
from greenshift.twin.alarms.expressions import ExpressionError
from greenshift.twin.alarms.limits import MAXIMUM_DATAPOINTS, check_points, check_statistics
from greenshift.twin.alarms.metrics import MINUTE, MetricKey, Window, metric_key
from greenshift.twin.alarms.queries import MetricQuery, MetricStat, check, read_expression
from greenshift.twin.alarms.statistics import Aggregate, reader

MAXIMUM_QUERIES = 500
MAXIMUM_DATA = 1_000
# API reference, MetricDatum.
MAXIMUM_VALUES = 150
LARGEST = 2.0**360
OLDEST = 14 * 24 * 3600
NEWEST = 2 * 3600
_SHORT_PERIODS = (1, 5, 10, 20, 30)

Wire = Mapping[str, Any]


@dataclass(frozen=True)
class Measurement:
    """One entry of PutMetricData."""

    key: MetricKey
    timestamp: float
    aggregate: Aggregate
    resolution: int


@dataclass(frozen=True)
class DataRequest:
    """GetMetricData."""

    queries: tuple[MetricQuery, ...]
    window: Window
    newest_first: bool
    limit: int


@dataclass(frozen=True)
class StatisticsRequest:
    """GetMetricStatistics."""

    key: MetricKey
    window: Window
    statistics: tuple[str, ...]
    extended: tuple[str, ...]
    unit: str | None


def seconds(moment: datetime | float) -> float:
    """A timestamp of a request, in seconds since the epoch."""
    return moment.timestamp() if isinstance(moment, datetime) else float(moment)


def dimensions(found: Sequence[Wire] | None) -> dict[str, str]:
    """Dimensions as a mapping; a name may be given once only."""
    named = {str(dimension["Name"]): str(dimension["Value"]) for dimension in found or ()}
    if len(named) != len(found or ()):
        raise errors.invalid_combination("No Metric may specify the same dimension name twice")
    return named


def measurements(request: Wire, now: float) -> list[Measurement]:
    if request.get("EntityMetricData"):
        raise errors.unsupported("EntityMetricData")
    namespace = str(request["Namespace"])
    if namespace.startswith("AWS/"):
        # Only services write there; a test that wants Lambda's metrics must invoke a function.
        raise errors.invalid_value(f"The value {namespace} for parameter Namespace is invalid.")
    found = request.get("MetricData") or ()
    if not found:
        raise errors.missing_parameter("MetricData")
    if len(found) > MAXIMUM_DATA:
        raise errors.validation(
            f"The collection MetricData must not have a size greater than {MAXIMUM_DATA}."
        )
    return [_measurement(namespace, datum, f"MetricData.member.{i}", now) for i, datum in enumerate(found, 1)]


def _measurement(namespace: str, datum: Wire, where: str, now: float) -> Measurement:
    timestamp = seconds(datum["Timestamp"]) if datum.get("Timestamp") is not None else now
    if not now - OLDEST <= timestamp <= now + NEWEST:
        raise errors.invalid_value(
            f"The parameter {where}.Timestamp must specify a time within the past two weeks and no more than "
            "two hours in the future."
        )
    resolution = datum.get("StorageResolution") or MINUTE
    if resolution not in (1, MINUTE):
        raise errors.invalid_value(f"The parameter {where}.StorageResolution must be 1 or 60.")
    key = metric_key(namespace, datum["MetricName"], dimensions(datum.get("Dimensions")))
    return Measurement(key, timestamp, _aggregate(datum, where), resolution)


def _aggregate(datum: Wire, where: str) -> Aggregate:
    given = [name for name in ("Value", "StatisticValues", "Values") if datum.get(name) is not None]
    if len(given) != 1:
        raise errors.invalid_combination(
            f"At least one of and only one of the parameters {where}.Value, {where}.StatisticValues and "
            f"{where}.Values must be specified."
        )
    aggregate = Aggregate(datum.get("Unit") or "None")
    if given == ["StatisticValues"]:
        values = datum["StatisticValues"]
        numbers = [values[name] for name in ("SampleCount", "Sum", "Minimum", "Maximum")]
        aggregate.add_set(*(_finite(number, where) for number in numbers))
        return aggregate
    values = [datum["Value"]] if given == ["Value"] else datum["Values"]
    if len(values) > MAXIMUM_VALUES:
        raise errors.invalid_value(
            f"The collection {where}.Values must not have a size greater than {MAXIMUM_VALUES}."
        )
    for value, count in zip(values, _counts(datum, len(values), where), strict=True):
        repeated = _finite(value, where)
        aggregate.add_set(count, repeated * count, repeated, repeated)
    return aggregate


def _counts(datum: Wire, length: int, where: str) -> list[float]:
    counts = datum.get("Counts")
    if counts is None:
        return [1.0] * length
    if len(counts) != length:
        raise errors.invalid_value(
            f"The parameters {where}.Values and {where}.Counts must be of the same size."
        )
    return [_finite(count, where) for count in counts]


def _finite(number: float, where: str) -> float:
    if not abs(number) <= LARGEST:
        raise errors.invalid_value(f"The value {number} for parameter {where}.Value is invalid.")
    return float(number)


def metric_queries(found: Sequence[Wire], account: str) -> tuple[MetricQuery, ...]:
    """Queries, each with its expression read, and the set checked as a whole."""
    try:
        queries = tuple(_query(query, account) for query in found)
        check(queries)
    except ExpressionError as error:
        raise errors.validation(str(error)) from None
    return queries


def _query(found: Wire, account: str) -> MetricQuery:
    name, expression, stat = found["Id"], found.get("Expression"), found.get("MetricStat")
    if (expression is None) == (stat is None):
        raise errors.validation(f"Query '{name}': exactly one of Expression and MetricStat must be given")
    if found.get("AccountId") not in (None, account):
        raise errors.unsupported(f"metrics of another account ({found['AccountId']})")
    return MetricQuery(
        id=name,
        stat=None if stat is None else metric_stat(stat),
        expression=expression,
        tree=None if expression is None else read_expression(name, expression),
        label=found.get("Label"),
        return_data=found.get("ReturnData"),
        period=found.get("Period"),
        account=found.get("AccountId"),
    )


def metric_stat(found: Wire) -> MetricStat:
    metric = found["Metric"]
    for required in ("Namespace", "MetricName"):
        if not metric.get(required):
            raise errors.missing_parameter(f"MetricStat.Metric.{required}")
    key = metric_key(metric["Namespace"], metric["MetricName"], dimensions(metric.get("Dimensions")))
    return MetricStat(key, period(found["Period"]), statistic(found["Stat"]), found.get("Unit"))


def period(length: int, short: Sequence[int] = _SHORT_PERIODS) -> int:
    """A period CloudWatch knows (API reference: MetricStat)."""
    if length in short or (length > 0 and length % MINUTE == 0):
        return length
    allowed = ", ".join(str(each) for each in short)
    raise errors.validation(f"Period must be {allowed} or a multiple of 60, not {length}")


def statistic(name: str) -> str:
    try:
        reader(name)
    except ValueError as error:
        raise errors.validation(f"The value {name} for parameter Stat is not supported: {error}") from None
    return name


def data_request(request: Wire, account: str) -> DataRequest:
    found = request["MetricDataQueries"]
    if not 0 < len(found) <= MAXIMUM_QUERIES:
        raise errors.validation(
            f"MetricDataQueries must have 1 to {MAXIMUM_QUERIES} members, not {len(found)}"
        )
    queries = metric_queries(found, account)
    if all(query.return_data is False for query in queries):
        raise errors.validation("At least one member of MetricDataQueries must return data")
    limit = request.get("MaxDatapoints") or MAXIMUM_DATAPOINTS
    if not 0 < limit <= MAXIMUM_DATAPOINTS:
        raise errors.validation(f"MaxDatapoints must be 1 to {MAXIMUM_DATAPOINTS}, not {limit}")
    window = _stretch(request, max((query.stat.period for query in queries if query.stat), default=MINUTE))
    check_points(queries, window)
    return DataRequest(queries, window, request.get("ScanBy") != "TimestampAscending", limit)


def statistics_request(request: Wire) -> StatisticsRequest:
    statistics, extended = request.get("Statistics") or (), request.get("ExtendedStatistics") or ()
    if not statistics and not extended:
        raise errors.missing_parameter("Statistics or ExtendedStatistics")
    window = _stretch(request, period(request["Period"]))
    check_statistics(window)
    key = metric_key(request["Namespace"], request["MetricName"], dimensions(request.get("Dimensions")))
    names = tuple(statistic(name) for name in extended)
    return StatisticsRequest(key, window, tuple(statistics), names, request.get("Unit"))


def _stretch(request: Wire, length: int) -> Window:
    start, end = seconds(request["StartTime"]), seconds(request["EndTime"])
    if start >= end:
        raise errors.validation("The parameter StartTime must be less than the parameter EndTime.")
    return Window(start, end, length)

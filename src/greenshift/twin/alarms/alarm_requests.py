"""The requests about alarms, read from the wire once and checked (API reference: PutMetricAlarm)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from greenshift.twin.alarms import errors
from greenshift.twin.alarms.actions import is_supported
from greenshift.twin.alarms.composite import RuleError, parse_rule
from greenshift.twin.alarms.metric_requests import dimensions, metric_queries, period, statistic
from greenshift.twin.alarms.metrics import metric_key
from greenshift.twin.alarms.model import (
    Actions,
    Comparison,
    CompositeAlarm,
    MetricAlarm,
    Suppressor,
    Threshold,
    TreatMissingData,
)
from greenshift.twin.alarms.queries import MetricQuery, MetricStat, gives_one_series

Wire = Mapping[str, Any]

_ARN = re.compile(r"arn:aws[\w-]*:[\w-]+:[\w-]*:[\w-]*:.+")
_ALARM_PERIODS = (10, 20, 30)
_DAY, _WEEK, _HOUR = 86_400, 604_800, 3_600
_SINGLE_METRIC = (
    "MetricName",
    "Namespace",
    "Dimensions",
    "Period",
    "Unit",
    "Statistic",
    "ExtendedStatistic",
)
_UNSUPPORTED = {
    "EvaluationCriteria": "alarms on PromQL queries",
    "ThresholdMetricId": "anomaly detection alarms",
    "WarmUpConfiguration": "warm-up periods of alarms",
    "ActionConfiguration": "tags in alarm actions",
    "EvaluationInterval": "EvaluationInterval, which belongs to PromQL alarms",
}


def metric_alarm(request: Wire, account: str) -> MetricAlarm:
    """PutMetricAlarm."""
    _refuse_unsupported(request)
    metric, queries = _watched(request, account)
    length = metric.period if metric is not None else _common_period(queries)
    _check_total(length, request.get("EvaluationPeriods"))
    low_samples = request.get("EvaluateLowSampleCountPercentile")
    if low_samples not in (None, "evaluate", "ignore"):
        raise errors.validation(
            f"Option {low_samples} is not supported. Supported options for parameter "
            "EvaluateLowSampleCountPercentile are evaluate and ignore."
        )
    namespaces = {stat.namespace for stat in (metric, *(query.stat for query in queries)) if stat is not None}
    return MetricAlarm(
        name=request["AlarmName"],
        description=request.get("AlarmDescription"),
        actions=_actions(request),
        threshold=_threshold(request, "AWS/DynamoDB" in namespaces),
        period=length,
        metric=metric,
        queries=queries,
        datapoints_to_alarm=request.get("DatapointsToAlarm"),
        treat_missing_data=request.get("TreatMissingData"),
        evaluate_low_samples=low_samples,
        has_sliding_window="EvaluationWindow" in request,
    )


def composite_alarm(request: Wire) -> CompositeAlarm:
    """PutCompositeAlarm."""
    _refuse_unsupported(request)
    try:
        rule = parse_rule(request["AlarmRule"])
    except RuleError as error:
        raise errors.validation(f"Error in AlarmRule: {error}") from None
    return CompositeAlarm(
        name=request["AlarmName"],
        description=request.get("AlarmDescription"),
        actions=_actions(request),
        text=request["AlarmRule"],
        rule=rule,
        suppressor=_suppressor(request),
    )


def _suppressor(request: Wire) -> Suppressor | None:
    """Both periods belong to it (API reference: PutCompositeAlarm)."""
    if request.get("ActionsSuppressor") is None:
        return None
    for required in ("ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod"):
        if request.get(required) is None:
            raise errors.missing_parameter(required)
    return Suppressor(
        request["ActionsSuppressor"],
        request["ActionsSuppressorWaitPeriod"],
        request["ActionsSuppressorExtensionPeriod"],
    )


def _refuse_unsupported(request: Wire) -> None:
    for member, what in _UNSUPPORTED.items():
        if request.get(member) is not None:
            raise errors.unsupported(what)
    if "WallClockWindow" in (request.get("EvaluationWindow") or {}):
        raise errors.unsupported("wall clock windows; omit EvaluationWindow or use SlidingWindow")


def _watched(request: Wire, account: str) -> tuple[MetricStat | None, tuple[MetricQuery, ...]]:
    has_metric, has_queries = request.get("MetricName") is not None, bool(request.get("Metrics"))
    if has_queries:
        given = [member for member in _SINGLE_METRIC if request.get(member)]
        if given:
            raise errors.validation(f"Metrics list cannot be used together with {', '.join(given)}.")
        return None, _alarm_queries(request["Metrics"], account)
    if not has_metric:
        raise errors.validation(
            "Exactly one of MetricName, Metrics and EvaluationCriteria must be specified."
        )
    return _alarm_metric(request), ()


def _alarm_metric(request: Wire) -> MetricStat:
    for required in ("Namespace", "Period"):
        if request.get(required) is None:
            raise errors.missing_parameter(required)
    names = [request[name] for name in ("Statistic", "ExtendedStatistic") if request.get(name)]
    if len(names) != 1:
        raise errors.invalid_combination("Exactly one of Statistic and ExtendedStatistic must be specified.")
    key = metric_key(request["Namespace"], request["MetricName"], dimensions(request.get("Dimensions")))
    length = period(request["Period"], _ALARM_PERIODS)
    return MetricStat(key, length, statistic(names[0]), request.get("Unit"))


def _alarm_queries(found: Sequence[Wire], account: str) -> tuple[MetricQuery, ...]:
    queries = metric_queries(found, account)
    if len(queries) > 20:
        raise errors.validation(f"An alarm can have up to 20 metrics and expressions, not {len(queries)}.")
    for what, count in (
        ("metrics", sum(query.stat is not None for query in queries)),
        ("expressions", sum(query.stat is None for query in queries)),
    ):
        if count > 10:
            raise errors.validation(f"An alarm can have up to 10 {what}, not {count}.")
    if sum(query.return_data is not False for query in queries) != 1:
        raise errors.validation("Exactly one element of the metrics list should return data.")
    _check_one_series(queries)
    return queries


def _check_one_series(queries: Sequence[MetricQuery]) -> None:
    watched = next(query for query in queries if query.return_data is not False)
    if not gives_one_series(queries, watched.id):
        raise errors.validation(f"The expression '{watched.id}' must return a single time series.")


def _common_period(queries: Sequence[MetricQuery]) -> int:
    lengths = {query.stat.period for query in queries if query.stat is not None}
    if not lengths:
        raise errors.validation("At least one element of the metrics list must be a metric.")
    if len(lengths) > 1:
        raise errors.unsupported(f"metrics of different periods ({sorted(lengths)}) in one alarm")
    return period(lengths.pop(), _ALARM_PERIODS)


def _check_total(length: int, periods: int | None) -> None:
    if periods is None:
        raise errors.missing_parameter("EvaluationPeriods")
    limit = _DAY if length < _HOUR else _WEEK
    if length * periods > limit:
        raise errors.validation(
            f"Metrics cannot be checked across more than {limit} seconds: EvaluationPeriods * Period is "
            f"{length * periods}."
        )


def _threshold(request: Wire, is_dynamodb: bool) -> Threshold:
    for required in ("ComparisonOperator", "Threshold"):
        if request.get(required) is None:
            raise errors.missing_parameter(required)
    comparison = request["ComparisonOperator"]
    if comparison not in get_args(Comparison):
        raise errors.unsupported(f"anomaly detection alarms (ComparisonOperator {comparison})")
    periods, needed = request["EvaluationPeriods"], request.get("DatapointsToAlarm")
    if needed is not None and needed > periods:
        raise errors.validation(
            f"DatapointsToAlarm ({needed}) cannot be greater than EvaluationPeriods ({periods})."
        )
    threshold = float(request["Threshold"])
    if not math.isfinite(threshold):
        raise errors.invalid_value(f"The value {threshold} for parameter Threshold is invalid.")
    # "always ignore missing data even if you choose a different option" (API reference: TreatMissingData)
    treat_missing = "ignore" if is_dynamodb else _treat_missing(request.get("TreatMissingData"))
    return Threshold(periods, needed or periods, comparison, threshold, treat_missing)


def _treat_missing(given: str | None) -> TreatMissingData:
    for option in get_args(TreatMissingData):
        if option == (given or "missing"):
            return option  # type: ignore[no-any-return]  # get_args gives the literals themselves
    raise errors.validation(
        f"Option {given} is not supported. Supported options for parameter TreatMissingData are "
        "[breaching, notBreaching, ignore, missing]."
    )


def _actions(request: Wire) -> Actions:
    enabled = request.get("ActionsEnabled")
    return Actions(
        enabled=True if enabled is None else enabled,
        ok=_arns(request, "OKActions"),
        alarm=_arns(request, "AlarmActions"),
        insufficient_data=_arns(request, "InsufficientDataActions"),
    )


def _arns(request: Wire, member: str) -> tuple[str, ...]:
    arns = tuple(request.get(member) or ())
    for arn in arns:
        if not _ARN.fullmatch(arn):
            raise errors.validation(f"Invalid arn syntax: {arn}")
        if not is_supported(arn):
            raise errors.unsupported(f"the alarm action {arn}: it has SNS topics and Lambda functions")
    return arns

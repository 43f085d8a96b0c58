"""CloudWatch metric alarms.

PutMetricAlarm overwrites the whole definition (API reference). An update therefore starts from what the
alarm is now and lays only the changed properties over it. When ``metricQueries`` change they are written as
the state has them, as the AWS provider does: a version that a release put there since is not kept.
"""

from __future__ import annotations

from typing import Any

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import Change, Entry, Seen, Update, keys
from greenshift.engine.aws.fit import Rule, fit, tag_list


def _dimensions(value: Any) -> list[dict[str, str]]:
    return [{"name": key, "value": item} for key, item in value.items()]


def _metric_queries(value: Any) -> list[dict[str, Any]]:
    return [_metric_query(query) for query in value]


def _metric_query(query: dict[str, Any]) -> dict[str, Any]:
    """Pulumi's flat ``metric{namespace, metricName, stat}`` is AWS's MetricStat with a Metric inside."""
    metric = query.get("metric")
    rest = {key: value for key, value in query.items() if key != "metric"}
    if not metric:
        return rest
    inner = {key: metric[key] for key in ("namespace", "metricName") if metric.get(key)}
    inner["dimensions"] = _dimensions(metric.get("dimensions") or {})
    stat = {key: metric[key] for key in ("period", "stat", "unit") if metric.get(key) is not None}
    return {**rest, "metricStat": {"metric": inner, **stat}}


_RULES = {
    "name": Rule("AlarmName"),
    "dimensions": Rule(form=_dimensions),
    "metricQueries": Rule("Metrics", _metric_queries),
    "tags": Rule(form=tag_list),
}
_SETTINGS = keys(
    "alarmDescription comparisonOperator threshold evaluationPeriods datapointsToAlarm treatMissingData "
    "actionsEnabled alarmActions okActions insufficientDataActions metricName namespace statistic "
    "extendedStatistic period dimensions unit metricQueries evaluateLowSampleCountPercentiles"
)
_RENAMED = {
    "evaluateLowSampleCountPercentiles": Rule("EvaluateLowSampleCountPercentile"),
    "okActions": Rule("OKActions"),
}


def _put(calls: Calls, inputs: Document) -> Seen:
    wanted = fit(calls.model("PutMetricAlarm").input_shape, inputs, {**_RULES, **_RENAMED})
    calls.call("PutMetricAlarm", **wanted)
    seen = _read(calls, inputs, "")
    assert seen is not None
    return seen


def _now(calls: Calls, name: str) -> Document | None:
    found: list[Document] = calls.call("DescribeAlarms", AlarmNames=[name])["MetricAlarms"]
    return found[0] if found else None


def _read(calls: Calls, inputs: Document, id_: str) -> Seen | None:
    alarm = _now(calls, inputs["name"])
    return Seen(inputs["name"], {"arn": alarm["AlarmArn"]}) if alarm is not None else None


def _update(calls: Calls, change: Change) -> None:
    shape = calls.model("PutMetricAlarm").input_shape
    rules = {**_RULES, **_RENAMED}
    changed = change.changed(_SETTINGS)
    gone = fit(shape, {key: change.old[key] for key, value in changed.items() if value is None}, rules)
    wanted = {key: value for key, value in changed.items() if value is not None}
    now = {key: value for key, value in (_now(calls, change.id) or {}).items() if key in shape.members}
    merged = {key: value for key, value in now.items() if key not in gone and value not in ([], None)}
    calls.call("PutMetricAlarm", **{**merged, "AlarmName": change.id, **fit(shape, wanted, rules)})


def _tag(calls: Calls, change: Change) -> None:
    alarm = _now(calls, change.id)
    arn = alarm["AlarmArn"] if alarm is not None else ""
    if change.tags_removed:
        calls.call("UntagResource", ResourceARN=arn, TagKeys=change.tags_removed)
    if change.tags_set:
        shape = calls.model("TagResource").input_shape.members["Tags"]
        calls.call("TagResource", ResourceARN=arn, Tags=fit(shape, tag_list(change.tags_set), {}))


def _delete(calls: Calls, inputs: Document, id_: str) -> None:
    calls.look("DeleteAlarms", "ResourceNotFound", AlarmNames=[id_])


ENTRIES = (
    Entry(
        token="aws:cloudwatch/metricAlarm:MetricAlarm",
        service="cloudwatch",
        properties=keys("name tags") | _SETTINGS,
        name="name",
        longest_name=255,
        create=_put,
        read=_read,
        update=(Update(_SETTINGS, _update), Update(keys("tags"), _tag)),
        delete=_delete,
    ),
)

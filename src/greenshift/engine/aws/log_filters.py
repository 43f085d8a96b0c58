"""What watches log groups: metric filters and subscriptions."""

from __future__ import annotations

from typing import Any

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import keys
from greenshift.engine.aws.fit import fit, observed
from greenshift.engine.aws.simple import Kind, entry

_NONE = ("ResourceNotFoundException",)


def _transformation(value: Document) -> Document:
    renamed = {"name": "metricName", "namespace": "metricNamespace", "value": "metricValue"}
    found = {renamed.get(key, key): item for key, item in value.items() if item is not None}
    return found | ({"defaultValue": float(value["defaultValue"])} if value.get("defaultValue") else {})


def _transformation_back(value: Document) -> Document:
    renamed = {"metricName": "name", "metricNamespace": "namespace", "metricValue": "value"}
    found = {renamed.get(key, key): item for key, item in value.items() if item not in (None, {}, "None")}
    if "defaultValue" in found:
        found["defaultValue"] = f"{found['defaultValue']:g}"
    return found


def _put_metric_filter(calls: Calls, inputs: Document) -> Document:
    calls.call(
        "PutMetricFilter",
        logGroupName=inputs["logGroupName"],
        filterName=inputs["name"],
        filterPattern=inputs["pattern"],
        metricTransformations=[_transformation(inputs["metricTransformation"])],
    )
    return {"_id": inputs["name"]}


def _found(calls: Calls, operation: str, member: str, group: str, name: str) -> Document | None:
    answer = calls.look(operation, *_NONE, logGroupName=group, filterNamePrefix=name) or {}
    return next((dict(each) for each in answer.get(member, []) if each["filterName"] == name), None)


def _metric_filter(calls: Calls, inputs: Document, id_: str) -> Document | None:
    name = id_ or inputs["name"]
    return _found(calls, "DescribeMetricFilters", "metricFilters", inputs["logGroupName"], name)


METRIC_FILTER = entry(
    Kind(
        token="aws:cloudwatch/logMetricFilter:LogMetricFilter",
        service="logs",
        describe=_metric_filter,
        id="filterName",
        key=lambda inputs, id_: {"logGroupName": inputs["logGroupName"], "filterName": id_},
        create=_put_metric_filter,
        update=lambda calls, change: _put_metric_filter(calls, change.new),
        delete="DeleteMetricFilter",
        gone=_NONE,
        fixed="logGroupName",
        settings="pattern metricTransformation",
        kept="applyOnTransformedLogs",
        observe=lambda told: {
            "name": told["filterName"],
            "pattern": told["filterPattern"],
            "metricTransformation": _transformation_back(told["metricTransformations"][0]),
        },
        name="name",
        longest_name=512,
        identity=("logGroupName", "name"),
        parents=("logGroupName",),
        separator=":",
    )
)

_SUBSCRIPTION = "destinationArn filterPattern roleArn distribution"


def _put_subscription(calls: Calls, inputs: Document) -> Document:
    wanted = {key: inputs[key] for key in keys(_SUBSCRIPTION) if inputs.get(key) is not None}
    parameters: dict[str, Any] = fit(calls.model("PutSubscriptionFilter").input_shape, wanted, {})
    calls.call(
        "PutSubscriptionFilter", logGroupName=inputs["logGroup"], filterName=inputs["name"], **parameters
    )
    return {"_id": inputs["name"]}


def _subscription(calls: Calls, inputs: Document, id_: str) -> Document | None:
    name = id_ or inputs["name"]
    found = _found(calls, "DescribeSubscriptionFilters", "subscriptionFilters", inputs["logGroup"], name)
    if found is None:
        return None
    shape = calls.model("PutSubscriptionFilter").input_shape
    return {**found, "told": observed(shape, found, keys(_SUBSCRIPTION), {})}


SUBSCRIPTION_FILTER = entry(
    Kind(
        token="aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
        service="logs",
        describe=_subscription,
        id="filterName",
        key=lambda inputs, id_: {"logGroupName": inputs["logGroup"], "filterName": id_},
        create=_put_subscription,
        update=lambda calls, change: _put_subscription(calls, change.new),
        delete="DeleteSubscriptionFilter",
        gone=_NONE,
        fixed="logGroup",
        settings=_SUBSCRIPTION,
        kept="applyOnTransformedLogs",
        defaults={"distribution": "ByLogStream"},
        observe=lambda told: {"name": told["filterName"], **told["told"]},
        name="name",
        longest_name=512,
        identity=("logGroup", "name"),
        parents=("logGroup",),
        separator="|",
    )
)

ENTRIES = (METRIC_FILTER, SUBSCRIPTION_FILTER)

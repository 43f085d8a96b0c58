"""The error-rate alarm of one version of a function, as CloudWatch metric math.

Lambda publishes what an alias invokes under three dimensions together: FunctionName, Resource and
ExecutedVersion (developer guide, "Viewing metrics"). Watching one version keeps 10 % of bad traffic from
being diluted by 90 % of good, and lets no alarm of an old version block its own fix. The controller points
the alarm at each new version; here it is made for the first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenshift.contract.error_rate import expression
from greenshift.contract.names import ALIAS

if TYPE_CHECKING:
    from pulumi import Input
    from pulumi_aws.cloudwatch import MetricAlarmMetricQueryArgsDict

# No traffic is no error: without invocations there are no data points at all.
TREAT_MISSING_DATA = "notBreaching"
# The places in `metric_queries` of those that name a version.
WATCHING = (1, 2)


def metric_queries(
    function_name: str, *, version: Input[str], period: int, minimum_calls: int
) -> list[MetricAlarmMetricQueryArgsDict]:
    rate = expression(minimum_calls)
    return [
        {"id": "rate", "expression": rate, "label": "error rate in percent", "return_data": True},
        _lambda_metric("errors", "Errors", function_name, version, period),
        _lambda_metric("invocations", "Invocations", function_name, version, period),
    ]


def _lambda_metric(
    identifier: str, metric: str, function_name: str, version: Input[str], period: int
) -> MetricAlarmMetricQueryArgsDict:
    return {
        "id": identifier,
        "return_data": False,
        "metric": {
            "namespace": "AWS/Lambda",
            "metric_name": metric,
            "period": period,
            "stat": "Sum",
            "dimensions": {
                "FunctionName": function_name,
                "Resource": f"{function_name}:{ALIAS}",
                "ExecutedVersion": version,
            },
        },
    }

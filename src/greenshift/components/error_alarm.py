"""The alarm resource of one function; what it measures is in ``alarm.py``."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from greenshift.components.alarm import TREAT_MISSING_DATA, WATCHING, metric_queries
from greenshift.components.context import StackContext

# Which version the alarm watches is the controller's; what it computes of that version is ours. Paths are in
# Pulumi's own casing: the SDK translates names, and no paths.
RELEASED_ALARM = [f"metricQueries[{place}].metric.dimensions.ExecutedVersion" for place in WATCHING]


def error_alarm(
    context: StackContext, key: str, *, function: aws.lambda_.Function, parent: pulumi.Resource
) -> aws.cloudwatch.MetricAlarm:
    settings = context.settings.alarm_of(key)
    queries = metric_queries(
        context.names.function(key),
        version=function.version,
        period=settings.period,
        minimum_calls=settings.least_calls,
    )
    return aws.cloudwatch.MetricAlarm(
        context.named(f"{key}-alarm"),
        name=context.names.alarm(key),
        alarm_description=f"More than {settings.threshold:g} % of the newest version's invocations fail",
        comparison_operator="GreaterThanThreshold",
        threshold=settings.threshold,
        evaluation_periods=settings.evaluation_periods,
        datapoints_to_alarm=settings.datapoints_to_alarm,
        treat_missing_data=TREAT_MISSING_DATA,
        actions_enabled=True,
        metric_queries=queries,
        tags=context.tags,
        opts=pulumi.ResourceOptions(parent=parent, ignore_changes=RELEASED_ALARM),
    )

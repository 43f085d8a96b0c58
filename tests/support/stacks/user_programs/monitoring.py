"""What tells people."""

import json

import pulumi
import pulumi_aws as aws

import greenshift

delivery = greenshift.DeliveryPipeline.from_config()
charge = delivery.functions["charge"]

people = aws.sns.Topic("people")
aws.sns.TopicSubscription("mail", topic=people.arn, protocol="email", endpoint="team@example.com")
logs = aws.cloudwatch.LogGroup("audit", retention_in_days=30)
aws.cloudwatch.LogMetricFilter(
    "refused",
    log_group_name=logs.name,
    pattern="REFUSED",
    metric_transformation={"name": "Refused", "namespace": "shop", "value": "1", "default_value": "0"},
)
refused = aws.cloudwatch.MetricAlarm(
    "refused",
    namespace="shop",
    metric_name="Refused",
    statistic="Sum",
    period=60,
    evaluation_periods=1,
    threshold=5,
    comparison_operator="GreaterThanThreshold",
)
aws.cloudwatch.CompositeAlarm(
    "any",
    alarm_name="shop-any",
    alarm_actions=[people.arn],
    alarm_rule=pulumi.Output.concat("ALARM(", refused.name, ") OR ALARM(", charge.alarm.name, ")"),
)
aws.cloudwatch.Dashboard(
    "shop",
    dashboard_name="shop",
    dashboard_body=charge.alias.name.apply(
        lambda name: json.dumps(
            {
                "widgets": [
                    {
                        "type": "text",
                        "x": 0,
                        "y": 0,
                        "width": 6,
                        "height": 3,
                        "properties": {"markdown": name},
                    }
                ]
            }
        )
    ),
)

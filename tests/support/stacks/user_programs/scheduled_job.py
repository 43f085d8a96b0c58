"""Jobs by the clock, in both of AWS's ways."""

import json

import pulumi_aws as aws

import greenshift

delivery = greenshift.DeliveryPipeline.from_config()
charge = delivery.functions["charge"]

charge.add_schedule(
    "cron(0 3 * * ? *)", name="nightly", payload=json.dumps({"job": "close"}), timezone="Europe/Berlin"
)
group = aws.scheduler.ScheduleGroup("reports")
rule = aws.cloudwatch.EventRule("hourly", schedule_expression="rate(1 hour)")
charge.grant_invoke("events.amazonaws.com", rule.arn)
aws.cloudwatch.EventTarget(
    "hourly", rule=rule.name, arn=charge.alias.arn, input=json.dumps({"job": "report"})
)

"""A queue with its dead letters, fed from a topic."""

import json

import pulumi
import pulumi_aws as aws

import greenshift

delivery = greenshift.DeliveryPipeline.from_config()
charge = delivery.functions["charge"]

dead = aws.sqs.Queue("dead", message_retention_seconds=1209600)
jobs = aws.sqs.Queue(
    "jobs",
    visibility_timeout_seconds=60,
    redrive_policy=dead.arn.apply(lambda arn: json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 3})),
)
topic = aws.sns.Topic("orders")
aws.sqs.QueuePolicy(
    "from-topic",
    queue_url=jobs.url,
    policy=pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "sns.amazonaws.com"},
                    "Action": "sqs:SendMessage",
                    "Resource": jobs.arn,
                    "Condition": {"ArnEquals": {"aws:SourceArn": topic.arn}},
                }
            ],
        }
    ),
)
aws.sns.TopicSubscription(
    "to-jobs",
    topic=topic.arn,
    protocol="sqs",
    endpoint=jobs.arn,
    raw_message_delivery=True,
    filter_policy=json.dumps({"kind": ["paid"]}),
)
charge.add_event_source(jobs, batch_size=10, function_response_types=["ReportBatchItemFailures"])
aws.cloudwatch.MetricAlarm(
    "dead-letters",
    namespace="AWS/SQS",
    metric_name="ApproximateNumberOfMessagesVisible",
    dimensions={"QueueName": dead.name},
    statistic="Maximum",
    period=60,
    evaluation_periods=1,
    threshold=0,
    comparison_operator="GreaterThanThreshold",
)

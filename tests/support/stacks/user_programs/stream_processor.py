"""A stream, and logs that go into it."""

import json

import pulumi_aws as aws

import greenshift

stream = aws.kinesis.Stream("clicks", shard_count=1, retention_period=48)
delivery = greenshift.DeliveryPipeline.from_config(
    functions={
        "charge": greenshift.FunctionArgs(
            environment={"STREAM": stream.name},
            policies=[
                {
                    "Version": "2012-10-17",
                    "Statement": [{"Effect": "Allow", "Action": "kinesis:PutRecord", "Resource": stream.arn}],
                }
            ],
        )
    }
)
logs = aws.cloudwatch.LogGroup("raw", retention_in_days=7)
writer = aws.iam.Role(
    "writer",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "logs.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
    ),
)
aws.iam.RolePolicy(
    "write",
    role=writer.id,
    policy=stream.arn.apply(
        lambda arn: json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": "kinesis:PutRecord", "Resource": arn}],
            }
        )
    ),
)
aws.cloudwatch.LogSubscriptionFilter(
    "away", log_group=logs.name, filter_pattern="", destination_arn=stream.arn, role_arn=writer.arn
)

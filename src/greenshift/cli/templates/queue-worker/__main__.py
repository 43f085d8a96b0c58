"""The delivery pipeline of PROJECT_NAME, and the queue that its function works off."""

import json

import pulumi
import pulumi_aws as aws

import greenshift

stack = f"{pulumi.get_project()}-{pulumi.get_stack()}"
# What fails three times lies here, to be looked at and sent again.
dead = aws.sqs.Queue("dead-letters", name=f"{stack}-dead-letters", message_retention_seconds=14 * 24 * 3600)
jobs = aws.sqs.Queue(
    "jobs",
    name=f"{stack}-jobs",
    # AWS advises six times the function's timeout.
    visibility_timeout_seconds=180,
    redrive_policy=dead.arn.apply(lambda arn: json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 3})),
)
done = aws.dynamodb.Table(
    "done",
    name=f"{stack}-done",
    billing_mode="PAY_PER_REQUEST",
    hash_key="id",
    attributes=[{"name": "id", "type": "S"}],
)
may_keep = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": done.arn}],
}
delivery = greenshift.DeliveryPipeline.from_config(
    functions={"worker": greenshift.FunctionArgs(environment={"DONE": done.name}, policies=[may_keep])}
)
delivery.functions["worker"].add_event_source(
    jobs, batch_size=10, function_response_types=["ReportBatchItemFailures"]
)
pulumi.export("jobs", jobs.url)
pulumi.export("deadLetters", dead.url)

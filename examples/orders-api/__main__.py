"""Orders: an API that takes them, a queue that carries them to a worker, and a report of each night.

What a function needs is given to it here; what feeds it feeds its alias, so that a release moves its share of
requests and messages, and a rollback brings all of them back.
"""

import json

import pulumi
import pulumi_aws as aws

import greenshift

table = aws.dynamodb.Table(
    "orders",
    billing_mode="PAY_PER_REQUEST",
    hash_key="id",
    attributes=[{"name": "id", "type": "S"}],
)
refused = aws.sqs.Queue("orders-refused")
placed = aws.sqs.Queue(
    "orders-placed",
    visibility_timeout_seconds=60,
    redrive_policy=refused.arn.apply(
        lambda arn: json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 5})
    ),
)


def may(actions: list[str], on: pulumi.Input[str]) -> dict[str, object]:
    """A policy of one statement."""
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": on}]}


def function(*policies: dict[str, object], **more: pulumi.Input[str]) -> greenshift.FunctionArgs:
    return greenshift.FunctionArgs(environment={"TABLE": table.name, **more}, policies=list(policies))


pipeline = greenshift.DeliveryPipeline.from_config(
    functions={
        "place": function(
            may(["dynamodb:PutItem"], table.arn), may(["sqs:SendMessage"], placed.arn), QUEUE=placed.url
        ),
        "look": function(may(["dynamodb:GetItem"], table.arn)),
        "ship": function(may(["dynamodb:UpdateItem"], table.arn)),
        "report": function(may(["dynamodb:Scan", "dynamodb:PutItem"], table.arn)),
    }
)
place, look, ship, report = (pipeline.functions[key] for key in ("place", "look", "ship", "report"))

api = place.add_http_api("POST /orders")
api.add_routes(look, "GET /orders/{id}")
ship.add_event_source(placed, batch_size=10, function_response_types=["ReportBatchItemFailures"])
report.add_schedule(
    "cron(0 3 * * ? *)",
    timezone="Europe/Berlin",
    payload=json.dumps({"time": "<aws.scheduler.scheduled-time>"}),
)

pulumi.export("api", api.url)
pulumi.export("table", table.name)
pulumi.export("queue", placed.url)
pulumi.export("refused", refused.url)

"""Which permissions an operation takes: operation and parameters in, actions and resource ARNs out.

One file per service; the facts are the Service Authorization Reference's unless a comment says otherwise.
An operation without an entry needs something nobody wrote down, and is refused to every role.
"""

from __future__ import annotations

from greenshift.twin.iam.needs import (
    cloudwatch,
    codebuild,
    codeconnections,
    codedeploy,
    codepipeline,
    dynamodb,
    events,
    identity,
    keys,
    lambda_,
    logs,
    messages,
    s3,
    scheduler,
    states,
    streams,
)
from greenshift.twin.iam.needs.addresses import ADDRESSES
from greenshift.twin.iam.needs.contract import Facts, Need, Parameters, Place, Table

SERVICES: dict[str, Table] = {
    "cloudwatch": cloudwatch.TABLE,
    "codebuild": codebuild.TABLE,
    "codeconnections": codeconnections.TABLE,
    "codedeploy": codedeploy.TABLE,
    "codepipeline": codepipeline.TABLE,
    "dynamodb": dynamodb.TABLE,
    "dynamodbstreams": streams.TABLES,
    "events": events.TABLE,
    "iam": identity.IAM,
    "kinesis": streams.KINESIS,
    "kms": keys.KMS,
    "lambda": lambda_.TABLE,
    "logs": logs.TABLE,
    "s3": s3.TABLE,
    "scheduler": scheduler.TABLE,
    "secretsmanager": keys.SECRETS,
    "sns": messages.SNS,
    "sqs": messages.SQS,
    "ssm": keys.SSM,
    "stepfunctions": states.TABLE,
    "sts": identity.STS,
}


def needs_of(
    service: str, operation: str, parameters: Parameters, place: Place, facts: Facts
) -> tuple[Need, ...] | None:
    """Everything the caller must be allowed; empty for what everybody may do, None where nothing is known."""
    find = SERVICES.get(service, {}).get(operation) or ADDRESSES.get((service, operation))
    return None if find is None else tuple(find(parameters, place, facts))


__all__ = ["SERVICES", "Facts", "Need", "Place", "needs_of"]

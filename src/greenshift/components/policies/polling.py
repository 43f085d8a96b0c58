"""What Lambda may do for a function that is fed from a queue or a stream.

Developer guide: "Using Lambda with Amazon SQS" (execution role permissions), and the same of Kinesis and of
DynamoDB streams.
"""

from __future__ import annotations

from greenshift.contract.policies import Statement, write_policy

_ACTIONS = {
    "sqs": ("ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "ReceiveMessage"),
    "kinesis": (
        "DescribeStream",
        "DescribeStreamSummary",
        "GetRecords",
        "GetShardIterator",
        "ListShards",
        "SubscribeToShard",
    ),
    "dynamodb": ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"),
}


def polling_policy(source_arn: str) -> str:
    """``source_arn`` is a queue's, a Kinesis stream's or a table's stream's."""
    service = source_arn.split(":")[2] if source_arn.count(":") > 1 else ""
    actions = _ACTIONS.get(service)
    if actions is None:
        raise ValueError(f"{source_arn} is no queue and no stream that Lambda polls")
    return write_policy(
        Statement(
            sid="LambdaPolls", actions=[f"{service}:{action}" for action in actions], resources=[source_arn]
        )
    )

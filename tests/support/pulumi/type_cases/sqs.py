"""Queues and what is said of them."""

from __future__ import annotations

import json

from support.pulumi.type_cases.case import Case, Ref

QUEUE = "aws:sqs/queue:Queue"
_POLICY = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}


def policy(sid: str) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{**_POLICY, "Sid": sid}]})


def redrive(most: int) -> Ref:
    return Ref("dead", "arn", f'{{{{"deadLetterTargetArn":"{{}}","maxReceiveCount":{most}}}}}')


_NEEDS = {"dead": (QUEUE, {"name": "sqs-dead"}), "queue": (QUEUE, {"name": "sqs-base"})}

CASES = (
    Case(
        QUEUE,
        {
            "name": "sqs-plain",
            "visibilityTimeoutSeconds": 60,
            "redrivePolicy": redrive(3),
            "tags": {"a": "b"},
        },
        {"visibilityTimeoutSeconds": 90, "delaySeconds": 5, "redrivePolicy": redrive(4), "tags": {"c": "d"}},
        {"name": "sqs-other"},
        ("arn", "url", "maxMessageSize"),
        _NEEDS,
    ),
    Case(
        QUEUE,
        {"name": "sqs-first.fifo", "fifoQueue": True, "contentBasedDeduplication": True},
        {"contentBasedDeduplication": False, "messageRetentionSeconds": 600},
        {"fifoQueue": False, "name": "sqs-second"},
    ),
    Case(
        "aws:sqs/queuePolicy:QueuePolicy",
        {"queueUrl": Ref("queue"), "policy": policy("one")},
        {"policy": policy("two")},
        {"queueUrl": Ref("dead")},
        needs=_NEEDS,
    ),
    Case(
        "aws:sqs/redrivePolicy:RedrivePolicy",
        {"queueUrl": Ref("queue"), "redrivePolicy": redrive(3)},
        {"redrivePolicy": redrive(5)},
        {"queueUrl": Ref("dead")},
        needs=_NEEDS,
    ),
)

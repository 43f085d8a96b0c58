"""A queue's policy, statement by statement (API reference: AddPermission, RemovePermission)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from greenshift.twin.sqs import errors


def added(policy: str | None, arn: str, request: Mapping[str, Any]) -> str:
    document = _read(policy)
    label = request["Label"]
    if any(statement.get("Sid") == label for statement in document["Statement"]):
        raise errors.parameter(f"Value {label} for parameter Label is invalid. Reason: Already exists.")
    document["Statement"].append(
        {
            "Sid": label,
            "Effect": "Allow",
            "Principal": {"AWS": [f"arn:aws:iam::{each}:root" for each in request["AWSAccountIds"]]},
            "Action": [f"SQS:{each}" for each in request["Actions"]],
            "Resource": arn,
        }
    )
    return json.dumps(document)


def removed(policy: str | None, label: str) -> str:
    document = _read(policy)
    left = [statement for statement in document["Statement"] if statement.get("Sid") != label]
    if len(left) == len(document["Statement"]):
        raise errors.parameter(
            f"Value {label} for parameter Label is invalid. Reason: can't find label on existing policy."
        )
    return json.dumps({**document, "Statement": left}) if left else ""


def _read(policy: str | None) -> dict[str, Any]:
    return json.loads(policy) if policy else {"Version": "2012-10-17", "Statement": []}

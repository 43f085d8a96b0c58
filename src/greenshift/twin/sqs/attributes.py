"""Attributes of a queue: texts as they come, checked, and what they say (API reference: CreateQueue)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from greenshift.twin.sqs import errors
from greenshift.twin.sqs.model import Redrive, Settings
from greenshift.twin.sqs.queue import Queue
from greenshift.twin.wire.json_text import read_json

_RANGES = {
    "DelaySeconds": (0, 900),
    "MaximumMessageSize": (1024, 1_048_576),
    "MessageRetentionPeriod": (60, 1_209_600),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
    "VisibilityTimeout": (0, 43_200),
    "KmsDataKeyReusePeriodSeconds": (60, 86_400),
}
_BOOLEANS = ("FifoQueue", "ContentBasedDeduplication", "SqsManagedSseEnabled")
_CHOICES = {
    "DeduplicationScope": ("queue", "messageGroup"),
    "FifoThroughputLimit": ("perQueue", "perMessageGroupId"),
}
_TEXTS = ("Policy", "RedrivePolicy", "RedriveAllowPolicy", "KmsMasterKeyId")
_FIFO = ("FifoQueue", "ContentBasedDeduplication", *_CHOICES)
KNOWN = frozenset((*_RANGES, *_BOOLEANS, *_CHOICES, *_TEXTS))
COUNTS = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)
_TOLD = frozenset((*COUNTS, "QueueArn", "CreatedTimestamp", "LastModifiedTimestamp"))
_NAME = re.compile(r"[\w-]{1,80}|[\w-]{1,75}\.fifo", re.ASCII)


def check_name(name: str, given: Mapping[str, str]) -> None:
    if not _NAME.fullmatch(name):
        raise errors.parameter(
            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"
        )
    if _is_true(given, "FifoQueue") != name.endswith(".fifo"):
        raise errors.parameter(
            "The name of a FIFO queue can only include alphanumeric characters, hyphens, or "
            "underscores, must end with .fifo suffix and be 1 to 80 in length."
        )


def checked(given: Mapping[str, str], *, is_fifo: bool) -> dict[str, str]:
    """The attributes, each found good; an empty text takes one away."""
    for name, text in given.items():
        if name not in KNOWN or (name in _FIFO and not is_fifo and text not in ("", "false")):
            raise errors.attribute_name(name)
        if text:
            _check(name, text)
    return dict(given)


def _check(name: str, text: str) -> None:
    if name in _RANGES:
        low, high = _RANGES[name]
        if not text.isdigit() or not low <= int(text) <= high:
            raise errors.attribute_value(name)
    elif name in _BOOLEANS:
        if text.lower() not in ("true", "false"):
            raise errors.attribute_value(name)
    elif name in _CHOICES and text not in _CHOICES[name]:
        raise errors.attribute_value(name)
    elif name == "RedrivePolicy":
        _redrive(text)


def settings(given: Mapping[str, str]) -> Settings:
    usual = Settings()

    def number(name: str, otherwise: int) -> int:
        return int(given.get(name) or otherwise)

    return Settings(
        visibility=number("VisibilityTimeout", usual.visibility),
        delay=number("DelaySeconds", usual.delay),
        retention=number("MessageRetentionPeriod", usual.retention),
        largest=number("MaximumMessageSize", usual.largest),
        wait=number("ReceiveMessageWaitTimeSeconds", usual.wait),
        is_fifo=_is_true(given, "FifoQueue"),
        by_content=_is_true(given, "ContentBasedDeduplication"),
        scope=given.get("DeduplicationScope") or usual.scope,
        redrive=_redrive(given["RedrivePolicy"]) if given.get("RedrivePolicy") else None,
    )


def described(queue: Queue, now: float) -> dict[str, str]:
    """Every attribute a queue has."""
    own, counts = queue.settings, queue.counts(now)
    found = {
        "QueueArn": queue.arn,
        "CreatedTimestamp": str(int(queue.created)),
        "LastModifiedTimestamp": str(int(queue.modified)),
        "VisibilityTimeout": str(own.visibility),
        "DelaySeconds": str(own.delay),
        "MessageRetentionPeriod": str(own.retention),
        "MaximumMessageSize": str(own.largest),
        "ReceiveMessageWaitTimeSeconds": str(own.wait),
        "SqsManagedSseEnabled": queue.given.get("SqsManagedSseEnabled") or _managed(queue.given),
        **dict(zip(COUNTS, map(str, (counts.waiting, counts.in_flight, counts.delayed)), strict=True)),
    }
    if own.is_fifo:
        found |= {
            "FifoQueue": "true",
            "ContentBasedDeduplication": str(own.by_content).lower(),
            "DeduplicationScope": own.scope,
            "FifoThroughputLimit": queue.given.get("FifoThroughputLimit") or "perQueue",
        }
    if queue.given.get("KmsMasterKeyId"):
        found["KmsDataKeyReusePeriodSeconds"] = queue.given.get("KmsDataKeyReusePeriodSeconds") or "300"
    return found | {name: queue.given[name] for name in _TEXTS if queue.given.get(name)}


def chosen(found: Mapping[str, str], names: list[str]) -> dict[str, str]:
    for name in names:
        if name not in KNOWN | _TOLD | {"All"}:
            raise errors.attribute_name(name)
    return dict(found) if "All" in names else {name: found[name] for name in names if name in found}


def _managed(given: Mapping[str, str]) -> str:
    return "false" if given.get("KmsMasterKeyId") else "true"


def _is_true(given: Mapping[str, str], name: str) -> bool:
    return (given.get(name) or "").lower() == "true"


def _redrive(text: str) -> Redrive:
    try:
        found: Any = read_json(text)
        most = int(found["maxReceiveCount"])
        target = str(found["deadLetterTargetArn"])
    except (ValueError, TypeError, KeyError):
        raise errors.parameter(
            f"Value {text} for parameter RedrivePolicy is invalid. Reason: Redrive policy does not contain "
            "mandatory attributes: maxReceiveCount and deadLetterTargetArn."
        ) from None
    if not 1 <= most <= 1000:
        raise errors.parameter(
            f"Value {text} for parameter RedrivePolicy is invalid. Reason: Invalid value for "
            f"maxReceiveCount: "
            f"{most}, valid values are from 1 to 1000 both inclusive."
        )
    return Redrive(target, most)

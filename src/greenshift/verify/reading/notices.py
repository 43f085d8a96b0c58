"""The way of a notice: rules on the event bus, the recorder behind them, the topic people subscribe to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from greenshift.reading.documents import Statement, parse_document
from greenshift.reading.functions import read_admitted
from greenshift.verify.stack import Stack


@dataclass(frozen=True, kw_only=True)
class Topic:
    arn: str
    policy: tuple[Statement, ...]
    confirmed: int
    unconfirmed: int


@dataclass(frozen=True, kw_only=True)
class Rule:
    name: str
    arn: str
    is_enabled: bool
    sources: tuple[str, ...]
    detail_types: tuple[str, ...]
    detail: str
    """The rest of the pattern as JSON text."""
    targets: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Listening:
    """The rules of one kind of event, and whom the recorder lets in."""

    detail_type: str
    base: str
    recorder_arn: str
    rules: tuple[Rule, ...]
    admitted: tuple[Statement, ...]


def read_topic(stack: Stack) -> Topic:
    found = stack.aws.call("sns", "get_topic_attributes", TopicArn=stack.outputs.topic_arn)["Attributes"]
    return Topic(
        arn=stack.outputs.topic_arn,
        policy=parse_document(found.get("Policy") or "{}"),
        confirmed=int(found.get("SubscriptionsConfirmed", 0)),
        unconfirmed=int(found.get("SubscriptionsPending", 0)),
    )


def read_listening(stack: Stack, detail_type: str) -> Listening:
    rules = [_rule(stack, each) for each in _rules(stack)]
    return Listening(
        detail_type=detail_type,
        base=stack.base,
        recorder_arn=stack.function_arn(stack.recorder),
        rules=tuple(rule for rule in rules if detail_type in rule.detail_types),
        admitted=stack.aws.read(read_admitted, "lambda", stack.recorder),
    )


def _rules(stack: Stack) -> list[Mapping[str, Any]]:
    return stack.aws.pages("events", "list_rules", "Rules", NamePrefix=f"{stack.base}-")


def _rule(stack: Stack, found: Mapping[str, Any]) -> Rule:
    pattern = json.loads(found.get("EventPattern") or "{}")
    targets = stack.aws.pages("events", "list_targets_by_rule", "Targets", Rule=found["Name"])
    return Rule(
        name=found["Name"],
        arn=found["Arn"],
        is_enabled=found.get("State") == "ENABLED",
        sources=tuple(pattern.get("source", [])),
        detail_types=tuple(pattern.get("detail-type", [])),
        detail=json.dumps(pattern.get("detail", {})),
        targets=tuple(each["Arn"] for each in targets),
    )

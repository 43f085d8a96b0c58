"""EventBridge's rules, and SNS's topics."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from greenshift.contract.policies import Statement, parse_policy


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
class Topic:
    arn: str
    policy: tuple[Statement, ...]
    confirmed: int
    unconfirmed: int


def read_rules(client: Any, prefix: str) -> tuple[Rule, ...]:
    """The rules whose names begin so, with their targets."""
    pages = client.get_paginator("list_rules").paginate(NamePrefix=prefix)
    return tuple(_rule(client, each) for page in pages for each in page["Rules"])


def read_topic(client: Any, arn: str) -> Topic:
    """The topic must exist."""
    found = client.get_topic_attributes(TopicArn=arn)["Attributes"]
    return Topic(
        arn=arn,
        policy=parse_policy(found.get("Policy") or "{}"),
        confirmed=int(found.get("SubscriptionsConfirmed", 0)),
        unconfirmed=int(found.get("SubscriptionsPending", 0)),
    )


def _rule(client: Any, found: Mapping[str, Any]) -> Rule:
    pattern = json.loads(found.get("EventPattern") or "{}")
    pages = client.get_paginator("list_targets_by_rule").paginate(Rule=found["Name"])
    return Rule(
        name=found["Name"],
        arn=found["Arn"],
        is_enabled=found.get("State") == "ENABLED",
        sources=tuple(pattern.get("source", [])),
        detail_types=tuple(pattern.get("detail-type", [])),
        detail=json.dumps(pattern.get("detail", {})),
        targets=tuple(each["Arn"] for page in pages for each in page["Targets"]),
    )

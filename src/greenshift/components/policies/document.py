"""Statements, and the JSON text IAM takes. The only place that knows the grammar of a policy."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

# IAM user guide, "IAM and AWS STS quotas": a managed policy, white space not counted.
LONGEST_MANAGED_POLICY = 6144

Condition = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, kw_only=True)
class Statement:
    sid: str
    actions: Sequence[str]
    resources: Sequence[str] = ()
    effect: str = "Allow"
    principal: str | Mapping[str, str | Sequence[str]] | None = None
    """Only in trust and resource policies: "*" or {"Service": "..."}; None in identity policies."""
    condition: Condition = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """Members in the order IAM's documentation shows them; absent ones are left out."""
        members: dict[str, object] = {"Sid": self.sid, "Effect": self.effect}
        if self.principal is not None:
            members["Principal"] = self.principal
        members["Action"] = list(self.actions)
        if self.resources:
            members["Resource"] = list(self.resources)
        if self.condition:
            members["Condition"] = self.condition
        return members


def document(*statements: Statement) -> str:
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [statement.as_json() for statement in statements]},
        separators=(",", ":"),
    )

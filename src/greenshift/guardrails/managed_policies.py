"""The AWS managed policies that exist, as data with its date, and where a program names one."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from greenshift.guardrails.aws_types import ATTACHMENTS, ROLE
from greenshift.guardrails.resources import Resource

_DATA = Path(__file__).parent / "data" / "managed_policies.json"
# aws, aws-cn, aws-us-gov: the account of a managed policy is the word "aws".
_MANAGED = re.compile(r"arn:(aws[a-z-]*):iam::aws:policy(/.+)")

NAMING_TYPES = (*ATTACHMENTS, ROLE)
"""Resources that can name a managed policy."""


@dataclass(frozen=True)
class ManagedPolicies:
    as_of: str
    paths: frozenset[str]
    """Path and name: ``/service-role/AWSCodeDeployRoleForLambda``."""

    def nearest(self, path: str) -> str | None:
        """The one that was probably meant: the same name elsewhere, else the most similar name."""
        name = path.rsplit("/", 1)[-1].lower()
        by_name = {known.rsplit("/", 1)[-1].lower(): known for known in sorted(self.paths)}
        close = difflib.get_close_matches(name, by_name, n=1, cutoff=0.6)
        return by_name[close[0]] if close else None


@cache
def managed_policies() -> ManagedPolicies:
    document = json.loads(_DATA.read_text(encoding="utf-8"))
    return ManagedPolicies(str(document["asOf"]), frozenset(map(str, document["policies"])))


def managed_path(arn: str) -> str | None:
    """Path and name of an AWS managed policy's ARN; None for any other ARN."""
    found = _MANAGED.fullmatch(arn)
    return found.group(2) if found else None


def named_policies(resource: Resource) -> Iterator[str]:
    """Every known policy ARN a role or an attachment names."""
    inputs = resource.inputs
    single = (inputs.text("policyArn"), inputs.text("permissionsBoundary"))
    yield from (arn for arn in single if arn)
    yield from inputs.texts("policyArns")
    yield from inputs.texts("managedPolicyArns")

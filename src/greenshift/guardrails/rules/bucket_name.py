"""Bucket names are global: over all accounts and regions of a partition (S3 user guide, naming rules)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from greenshift.guardrails.aws_types import BUCKETS
from greenshift.guardrails.resources import Resource
from greenshift.guardrails.rule import MANDATORY, Rule

_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")
_REGION = re.compile(
    r"(?<![a-z])[a-z]{2}(?:-gov|-iso[a-z]?)?-(?:central|(?:north|south)(?:east|west)?|east|west)-\d"
)
# A name cut at the length limit ends in a hash of what was meant, which is as unique.
_HASH = re.compile(r"-[0-9a-f]{8}(?:-|$)")


def check(bucket: Resource) -> Iterator[str]:
    name = bucket.inputs.text("bucket")
    if name is None or _is_generated(bucket.name, name) or _HASH.search(name):
        return
    stack = re.sub(r"[^a-z0-9-]", "-", bucket.stack.lower())
    parts = {
        "the stack": stack in name,
        "the account": _ACCOUNT.search(name) is not None,
        "the region": _REGION.search(name) is not None,
    }
    missing = [part for part, is_there in parts.items() if not is_there]
    if missing:
        yield f"its name {name!r} is hand-written and lacks {', '.join(missing)}: the next stack collides"


def _is_generated(resource: str, name: str) -> bool:
    """Pulumi's own names: the resource's, and seven random characters."""
    return re.fullmatch(re.escape(resource.lower()) + r"-[0-9a-f]{7}", name) is not None


RULE = Rule(
    name="bucket-name",
    why="A bucket name can exist once in the world, so a second stack, account or region cannot be created.",
    mend="leave the name to Pulumi, or make stack, account and region parts of it",
    level=MANDATORY,
    types=BUCKETS,
    check=check,
)

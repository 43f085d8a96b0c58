"""A bucket that is kept on purpose is right, and a person should know it before they run destroy."""

from __future__ import annotations

from collections.abc import Iterator

from greenshift.guardrails.aws_types import BUCKETS
from greenshift.guardrails.resources import Resource
from greenshift.guardrails.rule import ADVISORY, Rule
from greenshift.guardrails.rules.bucket_force_destroy import can_be_destroyed, is_kept_on_purpose


def check(bucket: Resource) -> Iterator[str]:
    if not can_be_destroyed(bucket.inputs) and is_kept_on_purpose(bucket):
        yield "it is kept on purpose: destroy does not delete it, nor what is in it"


RULE = Rule(
    name="bucket-keeps-data",
    why="Keeping data on purpose is fine, and it should not come as a surprise.",
    mend="delete it by hand when its time has come, or set force_destroy=True (and no protect)",
    level=ADVISORY,
    types=BUCKETS,
    check=check,
)

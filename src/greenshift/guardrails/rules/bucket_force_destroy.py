"""S3 deletes only empty buckets (API reference, DeleteBucket: BucketNotEmpty); versions count."""

from __future__ import annotations

from collections.abc import Iterator

from greenshift.guardrails.aws_types import BUCKETS
from greenshift.guardrails.resources import Inputs, Resource
from greenshift.guardrails.rule import MANDATORY, Rule

STORE = "greenshift:index:ArtifactStore"


def is_kept_on_purpose(bucket: Resource) -> bool:
    """Somebody said so: with ``protect``, or with the setting of Greenshift's own bucket."""
    return bucket.is_protected or bucket.is_inside(STORE)


def can_be_destroyed(inputs: Inputs) -> bool:
    return inputs.flag("forceDestroy") is True or inputs.is_unknown("forceDestroy")


def check(bucket: Resource) -> Iterator[str]:
    if not can_be_destroyed(bucket.inputs) and not is_kept_on_purpose(bucket):
        yield "force_destroy is not set: with one object in it, the stack can no longer be destroyed"


RULE = Rule(
    name="bucket-force-destroy",
    why="A bucket that holds objects stops a destroy half-way.",
    mend="set force_destroy=True; when its data must outlive the stack, say so with protect=True",
    level=MANDATORY,
    types=BUCKETS,
    check=check,
)

"""The bucket of artifacts: its name, what it keeps, and that it can be deleted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from greenshift.guardrails.aws_types import BUCKETS, PIPELINE
from greenshift.guardrails.resources import Inputs, Resource, Stack
from greenshift.guardrails.rule import ADVISORY, MANDATORY, AnyRule, Finding, Rule, StackRule

# A name cut at the length limit (63) ends in a hash of what was meant, which is as unique.
_HASH = re.compile(r".{40,}-[0-9a-f]{8}")


def _bucket_name(bucket: Resource) -> Iterator[str]:
    """Bucket names are global: over all accounts and regions of a partition (S3 user guide, naming rules)."""
    name = bucket.inputs.text("bucket")
    if bucket.inputs.text("bucketPrefix"):
        return  # bucket_prefix has an advice for it
    if name is None or _is_generated(bucket.name, name) or _HASH.fullmatch(name):
        return
    if not names_stack(name, bucket.stack):
        yield f"its name {name!r} is hand-written and lacks the stack: the next stack collides"


def names_stack(name: str, stack: str) -> bool:
    """Whether the stack is a part of the name: ``local`` is none of ``localhost-data``."""
    wanted = re.sub(r"[^a-z0-9-]", "-", stack.lower())
    return re.search(rf"(?:^|[-.]){re.escape(wanted)}(?:[-.]|$)", name) is not None


def _is_generated(resource: str, name: str) -> bool:
    """Pulumi's own names: the resource's, and seven random characters."""
    return re.fullmatch(re.escape(resource.lower()) + r"-[0-9a-f]{7}", name) is not None


BUCKET_NAME = Rule(
    name="bucket-name",
    why="A bucket name can exist once in the world, so a second stack cannot be created.",
    fix="leave the name to Pulumi, or make the stack a part of it; with account and region it is yours alone",
    level=MANDATORY,
    types=BUCKETS,
    check=_bucket_name,
)


def _bucket_prefix(bucket: Resource) -> Iterator[str]:
    """A prefix gets characters of its own behind it: names do not collide, but do not say whose they are."""
    prefix = bucket.inputs.text("bucketPrefix")
    if prefix and not names_stack(prefix, bucket.stack):
        yield f"its prefix {prefix!r} lacks the stack: two stacks' buckets cannot be told apart"


BUCKET_PREFIX = Rule(
    name="bucket-prefix",
    why="Who cleans up an account must see which stack a bucket belongs to.",
    fix="leave the name to Pulumi, or make the stack a part of the prefix",
    level=ADVISORY,
    types=BUCKETS,
    check=_bucket_prefix,
)


# S3 deletes only empty buckets (API reference, DeleteBucket: BucketNotEmpty); versions count.
#
# A pipeline fills its artifact bucket by itself, so that one is never empty. What a bucket of the user's own
# holds may be meant to stay: that has an advice (bucket-keeps-data).
STORE = "greenshift:index:ArtifactStore"


def is_kept_on_purpose(bucket: Resource) -> bool:
    """Somebody said so: with ``protect``, or with the setting of Greenshift's own bucket."""
    return bucket.is_protected or bucket.is_inside(STORE)


def can_be_destroyed(inputs: Inputs) -> bool:
    return inputs.flag("forceDestroy") is True or inputs.is_unknown("forceDestroy")


def _bucket_force_destroy(stack: Stack) -> Iterator[Finding]:
    for bucket in stack.of(*BUCKETS):
        is_safe = can_be_destroyed(bucket.inputs) or is_kept_on_purpose(bucket)
        if not is_safe and holds_artifacts(stack, bucket):
            yield Finding(bucket, "force_destroy is not set: with one artifact in it, destroy stops half-way")


def holds_artifacts(stack: Stack, bucket: Resource) -> bool:
    name = bucket.inputs.text("bucket")
    return any(
        bucket.urn in pipeline.property_dependencies.get("artifactStores", ())
        or (name and any(store.text("location") == name for store in pipeline.inputs.items("artifactStores")))
        for pipeline in stack.of(PIPELINE)
    )


BUCKET_FORCE_DESTROY = StackRule(
    name="bucket-force-destroy",
    why="A pipeline's artifact bucket is never empty, and one that holds objects stops a destroy half-way.",
    fix="set force_destroy=True; when its data must outlive the stack, say so with protect=True",
    level=MANDATORY,
    check=_bucket_force_destroy,
)


def _bucket_keeps_data(stack: Stack) -> Iterator[Finding]:
    """A bucket that is kept on purpose is right, and a person should know it before they run destroy."""
    for bucket in stack.of(*BUCKETS):
        if can_be_destroyed(bucket.inputs):
            continue
        if is_kept_on_purpose(bucket):
            yield Finding(bucket, "it is kept on purpose: destroy does not delete it, nor what is in it")
        elif not holds_artifacts(stack, bucket):
            yield Finding(
                bucket,
                "force_destroy is not set: with one object in it, the stack can no longer be destroyed",
            )


BUCKET_KEEPS_DATA = StackRule(
    name="bucket-keeps-data",
    why="Keeping data on purpose is fine, and it should not come as a surprise.",
    fix="when its data shall stay, say so with protect=True; else set force_destroy=True",
    level=ADVISORY,
    check=_bucket_keeps_data,
)

RULES: tuple[AnyRule, ...] = (
    BUCKET_NAME,
    BUCKET_PREFIX,
    BUCKET_FORCE_DESTROY,
    BUCKET_KEEPS_DATA,
)

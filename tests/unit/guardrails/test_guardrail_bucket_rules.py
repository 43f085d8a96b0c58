"""Buckets: names that cannot collide, and a destroy that can succeed."""

from __future__ import annotations

import pytest
from support.faults.guardrail_cases import resource, stack_of

from greenshift.guardrails import Resource, Stack, aws_types
from greenshift.guardrails.resources import UNKNOWN
from greenshift.guardrails.rules.buckets import BUCKET_FORCE_DESTROY, BUCKET_KEEPS_DATA, BUCKET_NAME

BUCKET = aws_types.BUCKETS[0]


def named(name: object, stack: str = "prod") -> list[str]:
    return list(BUCKET_NAME.check(resource(BUCKET, "artifacts", {"bucket": name}, stack=stack)))


@pytest.mark.parametrize("name", ["my-artifacts", "shop-artifacts-123456789012-eu-west-1", "products-data"])
def test_a_hand_written_name_must_not_collide_with_the_next_stack(name: str) -> None:
    assert [f"its name {name!r} is hand-written and lacks the stack: the next stack collides"] == named(name)


@pytest.mark.parametrize(
    "name",
    [
        "shop-prod-artifacts-123456789012-eu-west-1",
        "shop-prod-artifacts",
        "shop-prod-artifacts-123456789012-us-gov-west-1",
        "artifacts-6f3e2a1",  # Pulumi's own
        "a-very-long-name-of-a-shop-prod-artifacts-1234567890-0123abcd",  # cut at the limit
        UNKNOWN,
        None,
    ],
)
def test_a_name_that_is_unique_generated_or_not_known_yet_passes(name: object) -> None:
    assert named(name) == []


def test_a_stack_name_is_looked_for_as_a_bucket_can_hold_it() -> None:
    assert named("shop-feature-x-a-123456789012-eu-west-1", stack="Feature_X") == []


def kept(**options: object) -> Resource:
    return resource(BUCKET, inputs={"forceDestroy": False}, **options)  # type: ignore[arg-type]  # passed on


def store_of(bucket: Resource) -> Stack:
    """The bucket, and a pipeline that keeps its artifacts in it."""
    return stack_of(bucket, resource(aws_types.PIPELINE, "p", comes_from={"artifactStores": bucket}))


def test_an_artifact_bucket_that_destroy_cannot_delete_is_refused_and_another_is_a_warning() -> None:
    for inputs in ({}, {"forceDestroy": False}):
        bucket = resource(BUCKET, inputs=inputs)
        assert len(list(BUCKET_FORCE_DESTROY.check(store_of(bucket)))) == 1
        assert list(BUCKET_FORCE_DESTROY.check(stack_of(bucket))) == []
        assert len(list(BUCKET_KEEPS_DATA.check(stack_of(bucket)))) == 1


def test_a_bucket_that_destroy_can_empty_passes() -> None:
    for value in (True, UNKNOWN):
        bucket = resource(BUCKET, inputs={"forceDestroy": value})
        assert list(BUCKET_FORCE_DESTROY.check(store_of(bucket))) == []
        assert list(BUCKET_KEEPS_DATA.check(stack_of(bucket))) == []


@pytest.mark.parametrize(
    "bucket",
    [
        kept(is_protected=True),
        kept(parents="greenshift:index:DeliveryPipeline$greenshift:index:ArtifactStore"),
    ],
)
def test_a_bucket_kept_on_purpose_is_a_warning_and_no_refusal(bucket: Resource) -> None:
    assert list(BUCKET_FORCE_DESTROY.check(store_of(bucket))) == []
    assert [found.reason for found in BUCKET_KEEPS_DATA.check(stack_of(bucket))] == [
        "it is kept on purpose: destroy does not delete it, nor what is in it"
    ]

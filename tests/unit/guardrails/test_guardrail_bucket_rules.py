"""Buckets: names that cannot collide, and a destroy that can succeed."""

from __future__ import annotations

import pytest
from guardrail_cases import resource

from greenshift.guardrails import Resource, aws_types
from greenshift.guardrails.resources import UNKNOWN
from greenshift.guardrails.rules import bucket_force_destroy, bucket_keeps_data, bucket_name

BUCKET = aws_types.BUCKETS[0]


def named(name: object, stack: str = "prod") -> list[str]:
    return list(bucket_name.RULE.check(resource(BUCKET, "artifacts", {"bucket": name}, stack=stack)))


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("my-artifacts", "the stack, the account, the region"),
        ("shop-prod-artifacts", "the account, the region"),
        ("shop-prod-artifacts-123456789012", "the region"),
        ("shop-artifacts-123456789012-eu-west-1", "the stack"),
    ],
)
def test_a_hand_written_name_must_not_collide_with_the_next_stack(name: str, missing: str) -> None:
    [reason] = named(name)

    assert f"its name {name!r} is hand-written and lacks {missing}: the next stack collides" == reason


@pytest.mark.parametrize(
    "name",
    [
        "shop-prod-artifacts-123456789012-eu-west-1",
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


def test_a_bucket_that_destroy_cannot_delete_is_refused() -> None:
    for inputs in ({}, {"forceDestroy": False}):
        assert len(list(bucket_force_destroy.RULE.check(resource(BUCKET, inputs=inputs)))) == 1


def test_a_bucket_that_destroy_can_empty_passes() -> None:
    for value in (True, UNKNOWN):
        bucket = resource(BUCKET, inputs={"forceDestroy": value})
        assert [*bucket_force_destroy.RULE.check(bucket), *bucket_keeps_data.RULE.check(bucket)] == []


@pytest.mark.parametrize(
    "bucket",
    [
        kept(is_protected=True),
        kept(parents="greenshift:index:DeliveryPipeline$greenshift:index:ArtifactStore"),
    ],
)
def test_a_bucket_kept_on_purpose_is_a_warning_and_no_refusal(bucket: Resource) -> None:
    assert list(bucket_force_destroy.RULE.check(bucket)) == []
    assert list(bucket_keeps_data.RULE.check(bucket)) == [
        "it is kept on purpose: destroy does not delete it, nor what is in it"
    ]

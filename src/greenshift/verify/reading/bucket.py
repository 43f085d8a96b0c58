"""The bucket between the stages, with the build kit in it and what its name should hold."""

from __future__ import annotations

from dataclasses import dataclass

from greenshift.reading import buckets
from greenshift.reading.buckets import Bucket
from greenshift.verify.stack import Stack

BUILD_KIT = "build-kit/build-kit.zip"


@dataclass(frozen=True)
class Artifacts:
    bucket: Bucket
    account: str
    region: str
    kit_version: str | None
    """None when there is no build kit; "null" when it was stored without a version."""


def read_artifacts(stack: Stack) -> Artifacts:
    name = stack.outputs.bucket
    bucket = stack.aws.read(buckets.read_bucket, "s3", name)
    kit = stack.aws.read(buckets.read_object_version, "s3", name, BUILD_KIT)
    return Artifacts(bucket, stack.arns.account, stack.arns.region, kit)

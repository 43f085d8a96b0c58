"""The bucket between the stages: private, encrypted, versioned, and it tidies itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from greenshift.reading.buckets import Bucket
from greenshift.verify.check import Check, Group, Section, Subject
from greenshift.verify.reading.bucket import BUILD_KIT, Artifacts, read_artifacts
from greenshift.verify.result import Verdict, failed, passed, passed_if
from greenshift.verify.stack import Stack

_ENCRYPTIONS = ("AES256", "aws:kms", "aws:kms:dsse")


def versioning(bucket: Bucket) -> Verdict:
    return passed_if(bucket.versioning == "Enabled", f"versioning is {bucket.versioning}")


def public_access(bucket: Bucket) -> Verdict:
    if bucket.open_settings:
        return failed(f"off: {', '.join(bucket.open_settings)}")
    return passed("all four are on")


def encryption(bucket: Bucket) -> Verdict:
    return passed_if(bucket.encryption in _ENCRYPTIONS, bucket.encryption or "no default encryption")


def tls_only(bucket: Bucket) -> Verdict:
    """A deny for everyone who does not come over TLS, on the bucket and on what is in it."""
    arn = f":s3:::{bucket.name}"
    for statement in bucket.policy:
        ends = {resource.partition(arn)[2] for resource in statement.resources}
        is_deny = not statement.is_allow and "*" in statement.principals and "s3:*" in statement.actions
        if is_deny and statement.required("aws:SecureTransport") == ("false",) and {"", "/*"} <= ends:
            return passed("a Deny on aws:SecureTransport false")
    return failed("no such statement" if bucket.policy else "the bucket has no policy")


def ownership(bucket: Bucket) -> Verdict:
    return passed_if(bucket.ownership == "BucketOwnerEnforced", f"object ownership is {bucket.ownership}")


def old_versions(bucket: Bucket) -> Verdict:
    days = bucket.noncurrent_days
    return failed("no rule removes them") if days is None else passed(f"after {days} days")


def build_kit(artifacts: Artifacts) -> Verdict:
    if artifacts.kit_version is None:
        return failed(f"there is no {BUILD_KIT}")
    if artifacts.kit_version == "null":
        return failed("it was stored without a version, which CodePipeline's S3 source cannot read")
    return passed(f"version {artifacts.kit_version}")


def unique_name(artifacts: Artifacts) -> Verdict:
    """Bucket names are global; a hash of the full name stands in where the name was cut."""
    name = artifacts.bucket.name
    if artifacts.account in name and artifacts.region in name:
        return passed("account and region are in it")
    if len(name) == 63:
        return passed("it is cut to 63 characters and ends in a hash")
    return failed(f"{name} lacks account {artifacts.account} or region {artifacts.region}")


def _of_bucket(judge: Callable[[Bucket], Verdict]) -> Callable[[Artifacts], Verdict]:
    return lambda artifacts: judge(artifacts.bucket)


def _subjects(stack: Stack) -> Iterator[Subject[Artifacts]]:
    yield Subject(f"bucket {stack.outputs.bucket}", lambda: read_artifacts(stack))


CHECKS: tuple[Check[Artifacts], ...] = (
    Check(
        name="versioning",
        expected="the bucket keeps every version of an object: CodePipeline's S3 source reads versions",
        judge=_of_bucket(versioning),
        fix="aws s3api put-bucket-versioning --versioning-configuration Status=Enabled --bucket …",
    ),
    Check(
        name="public-access",
        expected="all four settings that block public access are on",
        judge=_of_bucket(public_access),
        fix="turn them on: aws s3api put-public-access-block --bucket …",
    ),
    Check(
        name="encryption",
        expected="what is stored is encrypted by default",
        judge=_of_bucket(encryption),
        fix="set SSE-S3 or a KMS key: aws s3api put-bucket-encryption --bucket …",
    ),
    Check(
        name="tls-only",
        expected="the bucket's policy refuses everyone who does not use TLS",
        judge=_of_bucket(tls_only),
        fix="add a Deny for Principal * on s3:*, on the bucket and its objects, with the condition "
        "Bool aws:SecureTransport false",
    ),
    Check(
        name="ownership",
        expected="access control lists are off: the bucket's owner owns every object",
        judge=_of_bucket(ownership),
        fix="set it to BucketOwnerEnforced: aws s3api put-bucket-ownership-controls --bucket …",
    ),
    Check(
        name="old-versions",
        expected="old versions of every object are removed after some time",
        judge=_of_bucket(old_versions),
        fix="add a lifecycle rule for the whole bucket with NoncurrentVersionExpiration",
    ),
    Check(
        name="build-kit",
        expected="the build kit lies in the bucket, with a version",
        judge=build_kit,
        fix="deploy the stack again, so that the kit is uploaded: greenshift up --refresh",
    ),
    Check(
        name="unique-name",
        expected="the name holds account and region, so that no two stacks ever want the same one",
        judge=unique_name,
        fix="let the component name the bucket; a bucket cannot be renamed, so it is replaced",
    ),
)

GROUP = Group(
    name="artifacts",
    title="Artifacts: the bucket between the stages",
    sections=(Section(subjects=_subjects, checks=CHECKS),),
)

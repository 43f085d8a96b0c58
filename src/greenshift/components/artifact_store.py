"""``ArtifactStore``: the bucket between the stages; versioned, encrypted, private, and it tidies itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from greenshift.components.archives import build_kit_archive
from greenshift.components.context import StackContext
from greenshift.components.key_access import KeyAccess, key_access
from greenshift.components.lifecycle import lifecycle_rules
from greenshift.components.manifests import functions_json, image_repositories
from greenshift.components.policies.resource import bucket_policy
from greenshift.components.stages import KIT_KEY

if TYPE_CHECKING:
    from pulumi_aws.s3 import (
        BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgsDict,
        BucketServerSideEncryptionConfigurationRuleArgsDict,
    )


@dataclass(frozen=True, kw_only=True)
class ArtifactStoreArgs:
    """What the artifact store is made of."""

    context: StackContext
    """What all components of a stack share: its settings, names and tags."""


class ArtifactStore(pulumi.ComponentResource):
    """The bucket between the stages of the pipeline: versioned, encrypted, private.

    Since version 7 of the AWS provider each property of a bucket is a resource of its own.
    """

    bucket: aws.s3.Bucket
    build_kit: aws.s3.BucketObjectv2
    """What Build runs; it is put there before the pipeline starts."""
    access: KeyAccess
    """For roles that read or write the bucket: what its key asks for."""

    def __init__(
        self, name: str, args: ArtifactStoreArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("greenshift:index:ArtifactStore", name, None, opts)
        context, artifacts = args.context, args.context.settings.artifacts
        self._context = context
        self._kept = not artifacts.force_destroy
        self._key = artifacts.kms_key_arn
        self.access = key_access(context, "artifacts", self._key, self)
        self.bucket = aws.s3.Bucket(
            context.named("bucket"),
            bucket=context.bucket_name,
            force_destroy=artifacts.force_destroy,
            tags=context.tags,
            opts=self._options(),
        )
        versioning = aws.s3.BucketVersioning(
            context.named("versioning"),
            bucket=self.bucket.bucket,
            versioning_configuration={"status": "Enabled"},
            opts=self._options(),
        )
        self._close(context.arns.bucket(context.bucket_name))
        aws.s3.BucketLifecycleConfiguration(
            context.named("lifecycle"),
            bucket=self.bucket.bucket,
            rules=lifecycle_rules(artifacts, pipeline=context.names.pipeline),
            # Rules on old versions are refused by S3 while versioning is being switched on.
            opts=self._options(versioning),
        )
        self.build_kit = aws.s3.BucketObjectv2(
            context.named("build-kit"),
            bucket=self.bucket.bucket,
            key=KIT_KEY,
            source=build_kit_archive(
                functions_json(
                    context.settings, image_repositories(context.names, context.arns, context.settings)
                )
            ),
            content_type="application/zip",
            # No tags: an object takes ten (S3 user guide), and the user's may be more. Its bucket has them.
            # CodePipeline's S3 source reads a version, so the object must have one.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[versioning]),
        )
        self.register_outputs({"bucket": self.bucket.bucket})

    def _options(self, *needed: pulumi.Resource) -> pulumi.ResourceOptions:
        """A bucket that outlives its stack stays as private and as tidy as it was."""
        return pulumi.ResourceOptions(parent=self, depends_on=list(needed), retain_on_delete=self._kept)

    def _encryption(self) -> BucketServerSideEncryptionConfigurationRuleArgsDict:
        if self._key is None:
            return {"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}
        default: BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgsDict = {
            "sse_algorithm": "aws:kms",
            "kms_master_key_id": self._key,
        }
        # One data key for many objects: without it each object costs a call to KMS.
        return {"apply_server_side_encryption_by_default": default, "bucket_key_enabled": True}

    def _close(self, arn: str) -> None:
        bucket = self.bucket.bucket
        aws.s3.BucketServerSideEncryptionConfiguration(
            self._context.named("encryption"),
            bucket=bucket,
            rules=[self._encryption()],
            opts=self._options(),
        )
        ownership = aws.s3.BucketOwnershipControls(
            self._context.named("ownership"),
            bucket=bucket,
            rule={"object_ownership": "BucketOwnerEnforced"},
            opts=self._options(),
        )
        private = aws.s3.BucketPublicAccessBlock(
            self._context.named("public-access-block"),
            bucket=bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self._options(),
        )
        # One at a time: S3 answers 409 to concurrent changes of one bucket's access settings.
        aws.s3.BucketPolicy(
            self._context.named("tls-only"),
            bucket=bucket,
            policy=bucket_policy(arn),
            opts=self._options(ownership, private),
        )

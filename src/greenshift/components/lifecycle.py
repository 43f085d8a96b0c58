"""What goes from the artifact bucket by itself, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenshift.components.stages import KIT_KEY
from greenshift.settings.sections import ArtifactsSettings

if TYPE_CHECKING:
    from pulumi_aws.s3 import BucketLifecycleConfigurationRuleArgsDict

PACKAGES_PREFIX = "packages/"
CACHE_PREFIX = "build-cache"
# CodePipeline's keys start with the pipeline's name, cut at about 20 characters (seen, not documented); this
# many of them match whether it is cut or not.
_PIPELINE_PREFIX_LENGTH = 20


def lifecycle_rules(
    settings: ArtifactsSettings, *, pipeline: str
) -> list[BucketLifecycleConfigurationRuleArgsDict]:
    """Old versions everywhere; packages and artifacts altogether, since Lambda keeps its own copy of code."""
    prefixes = {
        "packages": PACKAGES_PREFIX,
        "pipeline-artifacts": pipeline[:_PIPELINE_PREFIX_LENGTH],
        CACHE_PREFIX: f"{CACHE_PREFIX}/",
    }
    # A pipeline called "build-kit" would otherwise lose the kit, which must stay, however old.
    expiring = {name: prefix for name, prefix in prefixes.items() if not KIT_KEY.startswith(prefix)}
    return [
        _old_versions(settings),
        *(_expire(name, prefix, settings.expire_days) for name, prefix in expiring.items()),
    ]


def _old_versions(settings: ArtifactsSettings) -> BucketLifecycleConfigurationRuleArgsDict:
    return {
        "id": "old-versions",
        "status": "Enabled",
        "filter": {"prefix": ""},
        "noncurrent_version_expiration": {"noncurrent_days": settings.expire_days},
        "expiration": {"expired_object_delete_marker": True},
        "abort_incomplete_multipart_upload": {"days_after_initiation": settings.incomplete_upload_days},
    }


def _expire(name: str, prefix: str, days: int) -> BucketLifecycleConfigurationRuleArgsDict:
    return {"id": name, "status": "Enabled", "filter": {"prefix": prefix}, "expiration": {"days": days}}

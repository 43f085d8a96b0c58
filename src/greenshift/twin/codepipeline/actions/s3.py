"""Source from S3: one object of a versioned bucket, passed on as it is (user guide: "Amazon S3 source")."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from greenshift.twin.codepipeline.actions.contract import ActionContext, ActionFailed, Outcome, Progress
from greenshift.twin.codepipeline.state import SourceRevision
from greenshift.twin.service import ServiceError

_ABSENT = frozenset({"404", "NoSuchBucket", "NoSuchKey", "NoSuchVersion", "NotFound"})


async def fetch_object(context: ActionContext) -> Outcome:
    bucket, key, version = _wanted(context)
    url = f"https://console.aws.amazon.com/s3/object/{bucket}?prefix={quote(key)}"
    context.progress(Progress(entity_url=url))
    await _check_versioned(context, bucket)
    found = await _get(context, bucket, key, version)
    await context.store_output(_bytes(found["Body"]))
    version_id, etag = str(found["VersionId"]), str(found["ETag"]).strip('"')
    summary = f"Amazon S3 version id: {version_id}"
    return Outcome(
        variables={"ETag": etag, "VersionId": version_id},
        revision=SourceRevision(version_id, summary, url, etag[:100], context.world.clock.time()),
        summary=summary,
        external_id=version_id,
    )


def _wanted(context: ActionContext) -> tuple[str, str, str | None]:
    """Bucket, key and version; a start may ask for another version (or key, where that is allowed)."""
    bucket, key = context.configuration["S3Bucket"], context.configuration["S3ObjectKey"]
    override = context.override
    if override is None:
        return bucket, key, None
    if override.type == "S3_OBJECT_VERSION_ID":
        return bucket, key, override.value
    if override.type == "S3_OBJECT_KEY":
        return bucket, override.value, None
    raise ActionFailed(
        "ConfigurationError",
        f"An S3 source takes a revision of type S3_OBJECT_VERSION_ID or S3_OBJECT_KEY, not {override.type}",
    )


async def _check_versioned(context: ActionContext, bucket: str) -> None:
    try:
        versioning = await context.call("s3", "GetBucketVersioning", Bucket=bucket)
    except ServiceError as error:
        if error.code in _ABSENT:
            raise ActionFailed("ConfigurationError", f"The bucket {bucket} does not exist") from error
        raise
    if versioning.get("Status") != "Enabled":
        raise ActionFailed(
            "ConfigurationError",
            f"The bucket {bucket} is not versioned; an S3 source needs versioning to be enabled",
        )


async def _get(context: ActionContext, bucket: str, key: str, version: str | None) -> dict[str, Any]:
    which = {"VersionId": version} if version else {}
    try:
        return await context.call("s3", "GetObject", Bucket=bucket, Key=key, **which)
    except ServiceError as error:
        if error.code in _ABSENT:
            place = f"{key} (version {version})" if version else key
            raise ActionFailed(
                "RevisionUnavailable", f"The object {place} does not exist in the bucket {bucket}"
            ) from error
        raise


def _bytes(body: Any) -> bytes:
    return bytes(body if isinstance(body, bytes | bytearray) else body.read())

"""Where a deployment package comes from: the request itself, or S3, read as the caller."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from greenshift.twin.aws import Aws
from greenshift.twin.awslambda import errors
from greenshift.twin.callers.principal import Principal
from greenshift.twin.service import ServiceError

# Developer guide, "Lambda quotas": 50 MB zipped when uploaded directly.
DIRECT_LIMIT = 52_428_800


async def read_code(aws: Aws, caller: Principal, source: Mapping[str, Any]) -> bytes:
    """The bytes of the zip a CreateFunction or UpdateFunctionCode request names."""
    if source.get("ImageUri"):
        raise errors.unsupported("ImageUri is not supported: the twin runs zip packages only")
    if source.get("ZipFile") is not None:
        data = bytes(source["ZipFile"])
        if len(data) > DIRECT_LIMIT:
            raise errors.invalid(
                f"Zipped size must be smaller than {DIRECT_LIMIT} bytes; use S3 for larger packages"
            )
        return data
    if source.get("S3Bucket") and source.get("S3Key"):
        return await _from_s3(aws, caller, source)
    raise errors.invalid("Please provide a source for function code.")


async def _from_s3(aws: Aws, caller: Principal, source: Mapping[str, Any]) -> bytes:
    parameters = {"Bucket": source["S3Bucket"], "Key": source["S3Key"]}
    if source.get("S3ObjectVersion"):
        parameters["VersionId"] = source["S3ObjectVersion"]
    try:
        response = await aws.call(caller, "s3", "GetObject", parameters)
    except ServiceError as error:
        if error.code in ("AccessDenied", "AccessDeniedException"):
            raise errors.code_denied(error.message) from None
        raise errors.code_unreadable(error.code, error.message) from None
    body = response["Body"]
    return bytes(body if isinstance(body, bytes | bytearray) else body.read())

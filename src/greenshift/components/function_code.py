"""What a function runs until its first release: code that fails, as a zip or as an image."""

from __future__ import annotations

from typing import Any

from greenshift.components.archives import text_archive
from greenshift.components.bootstrap import bootstrap_files
from greenshift.components.function_images import FirstImage
from greenshift.errors import UsageError
from greenshift.settings.functions import FunctionSettings

RELEASED_CODE = [
    *("code", "source_code_hash", "code_sha256", "s3_bucket", "s3_key", "s3_object_version", "image_uri"),
]
"""Of the function what releases own: the program's value counts when it is created, and never again."""


def code_arguments(key: str, settings: FunctionSettings, first: FirstImage | None) -> dict[str, Any]:
    """Arguments of the function resource; an image brings runtime and handler itself."""
    if settings.package_type != "Image":
        code = text_archive(bootstrap_files(settings.runtime, settings.handler))
        return {"runtime": settings.runtime, "handler": settings.handler, "code": code}
    if first is None:
        raise UsageError(
            f"{key} is a container image, and its ServiceFunction has no first image",
            hint="a DeliveryPipeline gives it one",
        )
    return {"package_type": "Image", "image_uri": first.uri}

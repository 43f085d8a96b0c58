"""Brings a build's source trees: input artifacts of a pipeline, a zip or a folder in S3, or nothing.

Every object is read through the door as the build's role.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from greenshift.twin.aws import Aws
from greenshift.twin.callers.principal import Principal
from greenshift.twin.codebuild.archive import extract
from greenshift.twin.codebuild.errors import client_error
from greenshift.twin.codebuild.handover import Location
from greenshift.twin.codebuild.model import Build
from greenshift.twin.service import ServiceError


@dataclass(frozen=True)
class Fetched:
    """``primary`` is CODEBUILD_SRC_DIR; ``others`` each become CODEBUILD_SRC_DIR_<name>."""

    primary: Path
    others: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True)
class Sources:
    """Fetches as one build's role."""

    aws: Aws
    principal: Principal

    async def fetch(self, build: Build, folder: Path) -> Fetched:
        if build.handover is not None:
            return await self._inputs(build, folder)
        primary = folder / "src"
        primary.mkdir()
        if build.settings.source.type == "S3":
            await self._s3(build, primary)
        return Fetched(primary)

    async def _inputs(self, build: Build, folder: Path) -> Fetched:
        handover = build.handover
        if handover is None:
            raise client_error("no input artifacts were handed over")
        for name, location in handover.inputs.items():
            await self._unpack(location, folder / name)
        build.resolved_source_version = handover.source_revision
        others = {name: folder / name for name in handover.inputs if name != handover.primary}
        return Fetched(folder / handover.primary, others)

    async def _s3(self, build: Build, target: Path) -> None:
        bucket, _, key = build.settings.source.location.partition("/")
        if key.endswith("/") or not key:
            await self._copy_folder(bucket, key, target)
        else:
            await self._unpack(Location(bucket, key), target, build.settings.source.version)

    async def _unpack(self, location: Location, target: Path, version: str | None = None) -> None:
        content = await self._get(location, version)
        await asyncio.to_thread(extract, content, target)

    async def _copy_folder(self, bucket: str, prefix: str, target: Path) -> None:
        for key in await self._keys(bucket, prefix):
            content = await self._get(Location(bucket, key))
            await asyncio.to_thread(_write, target, key[len(prefix) :], content)

    async def _keys(self, bucket: str, prefix: str) -> list[str]:
        keys: list[str] = []
        token: dict[str, str] = {}
        while True:
            request = {"Bucket": bucket, "Prefix": prefix, **token}
            try:
                response = await self.aws.call(self.principal, "s3", "ListObjectsV2", request)
            except ServiceError as error:
                raise _unreadable(f"{bucket}/{prefix}", error) from None
            keys += [entry["Key"] for entry in response.get("Contents", [])]
            if not response.get("IsTruncated"):
                return [key for key in keys if not key.endswith("/")]
            token = {"ContinuationToken": response["NextContinuationToken"]}

    async def _get(self, location: Location, version: str | None = None) -> bytes:
        request = {"Bucket": location.bucket, "Key": location.key}
        if version:
            request["VersionId"] = version
        try:
            response = await self.aws.call(self.principal, "s3", "GetObject", request)
        except ServiceError as error:
            raise _unreadable(location.arn, error) from None
        content: bytes = response["Body"]
        return content


def _write(target: Path, name: str, content: bytes) -> None:
    path = target / name
    if not path.resolve().is_relative_to(target.resolve()):
        raise client_error(f"the source names a file outside itself: {name!r}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _unreadable(what: str, error: ServiceError) -> Exception:
    return client_error(f"cannot read {what}: {error.code}: {error.message}")

"""UPLOAD_ARTIFACTS: which files, packed how, sent where.

For a pipeline the places are the ones it handed over; else the project's own (API reference:
ProjectArtifacts). Objects are written through the door as the build's role.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from greenshift.twin.aws import Aws
from greenshift.twin.callers.principal import Principal
from greenshift.twin.codebuild.archive import PACKED_LIMIT, pack, too_large
from greenshift.twin.codebuild.buildspec import ArtifactSpec, Buildspec
from greenshift.twin.codebuild.errors import client_error
from greenshift.twin.codebuild.handover import Location
from greenshift.twin.codebuild.log import BuildLog
from greenshift.twin.codebuild.model import Build, UploadedArtifact
from greenshift.twin.codebuild.patterns import expand, folders, matching
from greenshift.twin.codebuild.settings import ArtifactSettings
from greenshift.twin.service import ServiceError


@dataclass(frozen=True)
class Output:
    """One artifact to make. ``zipped`` False: ``location.key`` is a prefix for the single files."""

    identifier: str
    spec: ArtifactSpec
    location: Location
    zipped: bool = True


def outputs(build: Build, buildspec: Buildspec, names: Mapping[str, str]) -> Iterator[Output]:
    """What this build has to upload; nothing for NO_ARTIFACTS, whatever the buildspec says.

    ``names`` are those of ``written_names``, evaluated.
    """
    if build.handover is not None:
        yield from _pipeline_outputs(build.handover.outputs, buildspec)
        return
    settings = build.settings
    for target in (settings.artifacts, *settings.secondary_artifacts):
        if target.type == "S3":
            yield _s3_output(build, target, buildspec, names)


def _pipeline_outputs(places: Mapping[str, Location], buildspec: Buildspec) -> Iterator[Output]:
    """User guide: one output is the artifacts block; several are secondary artifacts by name."""
    if len(places) == 1 and buildspec.artifacts is not None:
        [location] = places.values()
        yield Output("", buildspec.artifacts, location)
        return
    for name, location in places.items():
        spec = buildspec.secondary_artifacts.get(name)
        if spec is None:
            where = "artifacts" if len(places) == 1 else f"artifacts.secondary-artifacts.{name}"
            raise client_error(f"the pipeline expects output artifact {name!r}; the buildspec has no {where}")
        yield Output(name if len(places) > 1 else "", spec, location)


def written_names(build: Build, buildspec: Buildspec) -> Iterator[tuple[str, str]]:
    """For each artifact whose name the buildspec gives: its identifier, and what the shell is to evaluate."""
    if build.handover is not None:
        return
    for target in (build.settings.artifacts, *build.settings.secondary_artifacts):
        spec = (
            buildspec.secondary_artifacts.get(target.identifier) if target.identifier else buildspec.artifacts
        )
        if target.type == "S3" and target.override_name and spec is not None and spec.name:
            yield target.identifier, spec.name


def _s3_output(
    build: Build, target: ArtifactSettings, buildspec: Buildspec, names: Mapping[str, str]
) -> Output:
    spec = buildspec.secondary_artifacts.get(target.identifier) if target.identifier else buildspec.artifacts
    if spec is None:
        named = f"secondary-artifacts.{target.identifier}" if target.identifier else "artifacts"
        raise client_error(f"the project uploads artifacts to S3, and the buildspec has no {named}")
    zipped = target.packaging == "ZIP"
    name = target.name or build.settings.project
    if target.override_name and spec.name:
        name = names.get(target.identifier, spec.name)
    namespace = build.uuid if target.namespace_type == "BUILD_ID" else ""
    parts = [part.strip("/") for part in (spec.s3_prefix, target.path, namespace, name)]
    key = "/".join(part for part in parts if part)
    return Output(target.identifier, spec, Location(target.location, key), zipped)


def collect(spec: ArtifactSpec, source: Path, environment: Mapping[str, str]) -> dict[str, Path]:
    """The files of an artifact by their name in it."""
    variables = dict(environment)
    files: dict[str, Path] = {}
    for base in _bases(spec, source, variables):
        patterns = [expand(pattern, variables) for pattern in spec.files]
        files |= matching(base, patterns, spec.exclude_paths)
    if not files:
        raise client_error(f"no matching artifact paths found: {', '.join(spec.files)}")
    if spec.discard_paths:
        return {path.name: path for path in files.values()}
    return files


def _bases(spec: ArtifactSpec, source: Path, variables: dict[str, str]) -> list[Path]:
    if not spec.base_directory:
        return [source]
    wanted = expand(spec.base_directory, variables)
    # An absolute base directory may be named, as $CODEBUILD_SRC_DIR/dist is.
    found = folders(source, wanted)
    if not found:
        raise client_error(f"no matching base directory path found for {spec.base_directory}")
    return found


def _unreadable(files: Mapping[str, Path], keep_links: bool) -> list[str]:
    """Links to folders, devices, pipes and nothing: who follows one reads for ever, or not at all."""
    if keep_links:
        return []
    return [name for name, path in files.items() if path.is_symlink() and not path.is_file()]


@dataclass(frozen=True)
class Uploader:
    """Uploads as one build's role."""

    aws: Aws
    principal: Principal
    build: Build
    log: BuildLog

    async def upload(self, output: Output, source: Path, environment: Mapping[str, str]) -> None:
        files = await asyncio.to_thread(collect, output.spec, source, environment)
        for name in _unreadable(files, output.spec.enable_symlinks):
            self.log.container(f"Ignored: {name} is a link that leads to no file")
            del files[name]
        self.log.container(f"Found {len(files)} file(s)")
        if output.zipped:
            await self._upload_zip(output, files)
        else:
            await self._upload_files(output, files)

    async def _upload_zip(self, output: Output, files: Mapping[str, Path]) -> None:
        content = await asyncio.to_thread(pack, files, keep_links=output.spec.enable_symlinks)
        sha256 = hashlib.sha256(content).hexdigest()
        md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
        metadata = {"codebuild-content-sha256": sha256, "codebuild-content-md5": md5}
        await self._put(output.location, content, metadata)
        self.build.artifacts.append(UploadedArtifact(output.identifier, output.location.arn, sha256, md5))

    async def _upload_files(self, output: Output, files: Mapping[str, Path]) -> None:
        for name, path in files.items():
            if path.stat().st_size > PACKED_LIMIT:
                raise too_large(PACKED_LIMIT)
            content = await asyncio.to_thread(path.read_bytes)
            await self._put(Location(output.location.bucket, f"{output.location.key}/{name}"), content, {})
        self.build.artifacts.append(UploadedArtifact(output.identifier, output.location.arn))

    async def _put(self, location: Location, content: bytes, metadata: Mapping[str, str]) -> None:
        request = {
            "Bucket": location.bucket,
            "Key": location.key,
            "Body": content,
            "Metadata": {"codebuild-buildarn": self.build.arn, **metadata},
        }
        try:
            await self.aws.call(self.principal, "s3", "PutObject", request)
        except ServiceError as error:
            raise client_error(f"cannot write {location.arn}: {error.code}: {error.message}") from None

"""The build artifact: a zip of `release.json` and one zip per function, fetched once and read from disk.

It lies on /tmp, not in memory: an artifact of 200 functions is larger than a controller needs to be.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from botocore.exceptions import ClientError

from greenshift.release.errors import Refusal, code_of, is_transient
from greenshift.release.job import Artifact
from greenshift.release.package.manifest import FILE_NAME, Manifest, Package, parse_manifest


class BuildArtifact:
    """An artifact on disk."""

    def __init__(self, archive: zipfile.ZipFile, folder: Path) -> None:
        self._archive = archive
        self._folder = folder

    def manifest(self) -> Manifest:
        try:
            return parse_manifest(self._archive.read(FILE_NAME))
        except KeyError:
            raise Refusal(f"the build artifact has no {FILE_NAME}: did the build kit run?") from None

    @contextmanager
    def package(self, package: Package) -> Iterator[Path]:
        """One function's zip as a file that is gone afterwards."""
        try:
            member = self._archive.open(package.path)
        except KeyError:
            raise Refusal(f"{package.function}: the build artifact has no {package.path}") from None
        path = self._folder / f"{package.function}.zip"
        try:
            with member, path.open("wb") as file:
                shutil.copyfileobj(member, file)
            yield path
        except zipfile.BadZipFile as error:
            raise Refusal(
                f"{package.function}: {package.path} is damaged in the artifact: {error}"
            ) from error
        finally:
            path.unlink(missing_ok=True)


@contextmanager
def fetch(s3: Any, artifact: Artifact) -> Iterator[BuildArtifact]:
    """Download an artifact; it and everything taken out of it are removed at the end."""
    with TemporaryDirectory(prefix="greenshift-") as name:
        path = Path(name) / "artifact.zip"
        try:
            with path.open("wb") as file:
                body = s3.get_object(Bucket=artifact.bucket, Key=artifact.key)["Body"]
                shutil.copyfileobj(body, file)
        except ClientError as error:
            if is_transient(error):
                raise
            place = f"s3://{artifact.bucket}/{artifact.key}"
            raise Refusal(f"artifact {artifact.name} at {place} cannot be read: {code_of(error)}") from error
        try:
            with zipfile.ZipFile(path) as archive:
                yield BuildArtifact(archive, Path(name))
        except zipfile.BadZipFile as error:
            raise Refusal(f"artifact {artifact.name} is not a zip: {error}") from error


class PackageStore:
    """Where Lambda reads packages from: content-addressed, so that writing one twice changes nothing."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3 = s3
        self.bucket = bucket

    def put(self, package: Package, path: Path) -> str:
        key = f"packages/{package.sha256}.zip"
        with path.open("rb") as file:
            self._s3.put_object(Bucket=self.bucket, Key=key, Body=file)
        return key

"""The image a container function has until its first release, put into its repository by ECR's API.

Lambda creates a function only of an image that is in ECR already, and the first build comes after the
function. So `up` invokes this function once for each repository. The image holds one text: it starts nothing,
so whoever invokes it gets Lambda's `Runtime.InvalidEntrypoint`. No Docker is needed, here or where `up` runs.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from greenshift.contract.clock import Pause
from greenshift.contract.not_released import FIRST_TAG, MESSAGE
from greenshift.release.errors import code_of
from greenshift.release.reading import Document
from greenshift.release.services.clients import default_clients

# Lambda takes Docker's image format and OCI's (developer guide, "Create a function using a container image").
_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
_CONFIG = "application/vnd.docker.container.image.v1+json"
_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
# As images name what Lambda calls x86_64 (OCI image specification: the values of GOARCH).
_PROCESSORS = {"x86_64": "amd64", "arm64": "arm64"}
# What is there already is what was asked for: the same image, put by an `up` that was interrupted.
_THERE = ("LayerAlreadyExistsException",)
_PUT = ("ImageAlreadyExistsException", "ImageTagAlreadyExistsException")
# A policy that was attached a moment ago may not be known everywhere yet.
_POLLS = 30
_PAUSE = 2.0


@dataclass(frozen=True)
class Blob:
    kind: str
    content: bytes

    @property
    def digest(self) -> str:
        return f"sha256:{hashlib.sha256(self.content).hexdigest()}"

    @property
    def described(self) -> dict[str, object]:
        """As a manifest lists it."""
        return {"mediaType": self.kind, "size": len(self.content), "digest": self.digest}


@dataclass(frozen=True)
class Image:
    blobs: tuple[Blob, ...]
    manifest: str


def first_image(architecture: str) -> Image:
    """The same bytes at any time, so that putting it twice changes nothing."""
    content = _tar("NOT-RELEASED-YET.txt", f"{MESSAGE}\n".encode())
    layer = Blob(_LAYER, gzip.compress(content, mtime=0))
    config = {
        "architecture": _PROCESSORS[architecture],
        "os": "linux",
        "config": {"Entrypoint": ["/bootstrap"]},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(content).hexdigest()}"]},
    }
    described = Blob(_CONFIG, json.dumps(config, sort_keys=True).encode())
    manifest = {
        "schemaVersion": 2,
        "mediaType": _MANIFEST,
        "config": described.described,
        "layers": [layer.described],
    }
    return Image((described, layer), json.dumps(manifest, sort_keys=True))


def _tar(name: str, text: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        entry = tarfile.TarInfo(name)
        entry.size = len(text)
        archive.addfile(entry, io.BytesIO(text))
    return packed.getvalue()


def put(ecr: Any, repository: str, image: Image, pause: Pause) -> None:
    """Upload what the image is made of, then the image. Raises what ECR refuses."""
    for _ in range(_POLLS):
        try:
            return _put(ecr, repository, image)
        except ClientError as error:
            if code_of(error) != "AccessDeniedException":
                raise
            pause(_PAUSE)
    return _put(ecr, repository, image)


def _put(ecr: Any, repository: str, image: Image) -> None:
    for blob in image.blobs:
        _upload(ecr, repository, blob)
    try:
        ecr.put_image(
            repositoryName=repository,
            imageManifest=image.manifest,
            imageManifestMediaType=_MANIFEST,
            imageTag=FIRST_TAG,
        )
    except ClientError as error:
        if code_of(error) not in _PUT:
            raise


def _upload(ecr: Any, repository: str, blob: Blob) -> None:
    upload = ecr.initiate_layer_upload(repositoryName=repository)["uploadId"]
    ecr.upload_layer_part(
        repositoryName=repository,
        uploadId=upload,
        partFirstByte=0,
        partLastByte=len(blob.content) - 1,
        layerPartBlob=blob.content,
    )
    try:
        ecr.complete_layer_upload(repositoryName=repository, uploadId=upload, layerDigests=[blob.digest])
    except ClientError as error:
        if code_of(error) not in _THERE:
            raise


def handler(event: Mapping[str, object], context: object) -> dict[str, str]:
    """Lambda's entry point: ``{"repository": ..., "architecture": "x86_64" or "arm64"}``."""
    asked, clients = Document(event, "event"), default_clients()
    repository = asked.text("repository")
    put(clients.of("ecr"), repository, first_image(asked.text("architecture")), clients.pause)
    return {"repository": repository, "tag": FIRST_TAG}

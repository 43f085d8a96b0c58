"""The account of `release_account` where ``charge`` is a container image, which the twin runs none of.

What stands in for it is at the edge of Lambda's client: an image is the zip whose SHA-256 its digest is. The
client's calls and answers are then as AWS's API reference has them for an image; versions, aliases, hooks,
alarms and traffic are the twin's own.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from greenshift.testing import RunningTwin
from support.accounts.release_account import BASE, BUCKET, Account, zipped

IMAGE = f"{BASE}-charge"
REPOSITORY = f"123456789012.dkr.ecr.us-east-1.amazonaws.com/{IMAGE}"


class ImageAccount(Account):
    def __init__(self, twin: RunningTwin, folder: Any) -> None:
        super().__init__(twin, folder)
        self.updates: list[str] = []
        """The image of each UpdateFunctionCode."""
        for client in (self.clients.of("lambda"), self.clients.patient("lambda")):
            events = client.meta.events
            events.register("provide-client-params.lambda.UpdateFunctionCode", self._as_zip)
            events.register("provide-client-params.lambda.PublishVersion", self._with_zips_hash)
            for operation in ("GetFunctionConfiguration", "UpdateFunctionCode", "PublishVersion"):
                events.register(f"after-call.lambda.{operation}", _as_image)

    def build(self, sources: Mapping[str, str], *_: Any, **__: Any) -> str:
        """As the build kit makes it: an image's entry names what it pushed."""
        artifact = super().build({key: text for key, text in sources.items() if key != "charge"})
        s3 = self.twin.client("s3")
        files = _unzipped(s3.get_object(Bucket=BUCKET, Key=artifact)["Body"].read())
        release = json.loads(files["release.json"])
        release["functions"].append(
            {"function": "charge", "packageType": "Image", "imageUri": self.pushed(sources["charge"])}
        )
        files["release.json"] = json.dumps(release).encode()
        key = f"{BASE}/BuildOutp/{uuid4().hex[:7]}"
        s3.put_object(Bucket=BUCKET, Key=key, Body=zipped(files))
        return key

    def pushed(self, source: str) -> str:
        """The URI of the image of a source."""
        package = zipped({"app.py": source})
        digest = hashlib.sha256(package).hexdigest()
        self.twin.client("s3").put_object(Bucket=BUCKET, Key=f"images/{digest}.zip", Body=package)
        return f"{REPOSITORY}@sha256:{digest}"

    def _as_zip(self, params: dict[str, Any], **_: Any) -> dict[str, Any]:
        if "ImageUri" not in params:
            return params
        self.updates.append(params["ImageUri"])
        digest = params["ImageUri"].partition("@sha256:")[2]
        kept = {name: value for name, value in params.items() if name != "ImageUri"}
        return {**kept, "S3Bucket": BUCKET, "S3Key": f"images/{digest}.zip"}

    def _with_zips_hash(self, params: dict[str, Any], **_: Any) -> dict[str, Any]:
        if params["FunctionName"] != IMAGE:
            return params
        return {**params, "CodeSha256": base64.b64encode(bytes.fromhex(params["CodeSha256"])).decode()}


def _as_image(parsed: dict[str, Any], **_: Any) -> None:
    """API reference, FunctionConfiguration: no runtime and no handler, and the digest as its hash."""
    if parsed.get("FunctionName") != IMAGE or "CodeSha256" not in parsed:
        return
    parsed["PackageType"] = "Image"
    parsed["CodeSha256"] = base64.b64decode(parsed["CodeSha256"]).hex()
    del parsed["Runtime"], parsed["Handler"]


def _unzipped(content: bytes) -> dict[str, bytes]:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}

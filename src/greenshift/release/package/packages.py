"""Is a function's zip fit to be published? Checked for every package before anything is published.

Lambda accepts a zip whose handler is missing and fails at the first invocation; here it is refused with the
function, the handler and what the zip does hold.
"""

from __future__ import annotations

import base64
import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path, PurePosixPath

from greenshift.contract.handlers import handler_files, named
from greenshift.contract.node_sdk import uses_of_missing_sdk
from greenshift.contract.text import listed
from greenshift.release.package.manifest import Package

# User guide: Lambda quotas, "Deployment package (.zip file archive) size: 250 MB (unzipped, with layers)".
UNZIPPED_LIMIT = 250 * 1024 * 1024
_CHUNK = 1 << 20


def problems_of(package: Package, path: Path) -> list[str]:
    """Everything wrong with the zip at ``path``, each as a line that names the function."""
    found = list(_problems(package, path))
    return [f"{package.function}: {problem}" for problem in found]


def _problems(package: Package, path: Path) -> Iterator[str]:
    if (differs := _difference(package, path)) is not None:
        yield differs
        return
    try:
        with zipfile.ZipFile(path) as archive:
            if (damaged := archive.testzip()) is not None:
                yield f"{package.path} is damaged at {damaged}"
                return
            yield from _problems_inside(package, archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        yield f"{package.path} is not a readable zip: {error}"


def _difference(package: Package, path: Path) -> str | None:
    """The zip is not the one the build described: the artifact was changed, or cut off, on its way."""
    digest = sha256_of(path)
    if digest.hex() != package.sha256:
        return f"{package.path} has SHA-256 {digest.hex()}, release.json says {package.sha256}"
    if base64.b64encode(digest).decode() != package.code_sha256:
        return f"codeSha256 {package.code_sha256!r} in release.json is not the base64 of its sha256"
    return None


def sha256_of(path: Path) -> bytes:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.digest()


def _problems_inside(package: Package, archive: zipfile.ZipFile) -> Iterator[str]:
    names = [item.filename for item in archive.infolist() if not item.is_dir()]
    size = sum(item.file_size for item in archive.infolist())
    if size > UNZIPPED_LIMIT:
        yield (
            f"{package.path} is {size / 1024**2:.1f} MB unzipped,"
            f" Lambda takes {UNZIPPED_LIMIT // 1024**2} MB; exclude files, or move dependencies to a layer"
        )
    wanted = handler_files(package.runtime, package.handler)
    if wanted and not set(wanted) & set(names):
        yield (
            f"handler {package.handler!r} ({package.runtime}) needs {named(wanted)};"
            f" the zip has {listed(_top_of(names)) or 'no files'}"
        )
    if package.allows_old_sdk:
        return
    for use in uses_of_missing_sdk(package.runtime, names, partial(_text, archive)):
        yield (
            f"{use.file}:{use.line} needs the AWS SDK for JavaScript v2 (`aws-sdk`),"
            f" which {package.runtime} does not bundle; use `@aws-sdk/client-…`"
            " (`greenshift check` says which), or add aws-sdk to the function's dependencies"
        )
        return  # one is enough to be told what is wrong


def _text(archive: zipfile.ZipFile, name: str) -> str:
    return archive.read(name).decode("utf-8", "replace")


def _top_of(names: Iterable[str]) -> list[str]:
    """Files at the top first, then folders: `index.js, package.json, lib/`."""
    tops = {name if "/" not in name else f"{PurePosixPath(name).parts[0]}/" for name in names}
    return sorted(tops, key=lambda name: (name.endswith("/"), name))

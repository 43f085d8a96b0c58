"""Is a function's zip fit to be published? Checked for every package before anything is published.

Lambda accepts a zip whose handler is missing and fails at the first invocation; here it is refused with the
function, the handler and what the zip does hold.
"""

from __future__ import annotations

import base64
import hashlib
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from greenshift.contract.text import listed
from greenshift.release.package.manifest import Package

# User guide: Lambda quotas, "Deployment package (.zip file archive) size: 250 MB (unzipped, with layers)".
UNZIPPED_LIMIT = 250 * 1024 * 1024
_CHUNK = 1 << 20
# Node.js 18 and later bundle the SDK's version 3 only [user guide: Node.js runtimes].
_NODE = re.compile(r"nodejs(\d+)\.x")
_SDK_V2 = re.compile(r"""(?:require\(\s*|\bfrom\s+|\bimport\s+)['"]aws-sdk(?:/[^'"]*)?['"]""")
_COMMENT = re.compile(r"^\s*(?://|\*|/\*).*$", re.MULTILINE)
_SOURCES = (".js", ".mjs", ".cjs")


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
            f"handler {package.handler!r} ({package.runtime}) needs {' or '.join(wanted[:3])};"
            f" the zip has {listed(_top_of(names)) or 'no files'}"
        )
    if (user := _file_needing_sdk_v2(package.runtime, archive, names)) is not None:
        yield (
            f"{user} needs the AWS SDK for JavaScript v2 (`aws-sdk`),"
            f" which {package.runtime} does not bundle; use `@aws-sdk/client-…`"
            " (`greenshift check` says which), or add aws-sdk to the function's dependencies"
        )


def _top_of(names: Iterable[str]) -> list[str]:
    """Files at the top first, then folders: `index.js, package.json, lib/`."""
    tops = {name if "/" not in name else f"{PurePosixPath(name).parts[0]}/" for name in names}
    return sorted(tops, key=lambda name: (name.endswith("/"), name))


def handler_files(runtime: str, handler: str) -> Sequence[str]:
    """Files of which one must be in the zip; empty when that cannot be told.

    >>> handler_files("python3.13", "app.main.handler")
    ['app/main.py', 'app/main/__init__.py', 'app/main.pyc', 'app/main.so']
    """
    if handler.startswith("/"):  # a layer's handler, such as /opt/…
        return []
    if runtime.startswith("nodejs"):
        return _node_files(handler)
    if runtime.startswith("python"):
        module = handler.rpartition(".")[0].replace(".", "/")
        return [f"{module}.py", f"{module}/__init__.py", f"{module}.pyc", f"{module}.so"]
    if runtime.startswith("ruby"):
        return [f"{handler.partition('.')[0]}.rb"]
    if runtime.startswith("provided"):
        return ["bootstrap"]
    return []  # Java and .NET: the class may be in any jar or assembly


def _node_files(handler: str) -> list[str]:
    """The file part ends at the first dot of the last path segment: `src/app.api.get` is in src/app."""
    if handler.startswith("node_modules/"):  # a wrapper that a layer brings
        return []
    folder, _, last = handler.rpartition("/")
    stem = "/".join(part for part in (folder, last.partition(".")[0]) if part)
    return [f"{stem}.js", f"{stem}.mjs", f"{stem}.cjs", stem, f"{stem}/index.js"]


def _file_needing_sdk_v2(runtime: str, archive: zipfile.ZipFile, names: Sequence[str]) -> str | None:
    """`index.js:3`, or None."""
    node = _NODE.fullmatch(runtime)
    if node is None or int(node[1]) < 18 or any("node_modules/aws-sdk/" in name for name in names):
        return None
    own = (name for name in names if name.endswith(_SOURCES) and "node_modules/" not in name)
    for name in own:
        code = _COMMENT.sub(_lines_of, archive.read(name).decode("utf-8", "replace"))
        if (found := _SDK_V2.search(code)) is not None:
            return f"{name}:{code.count(chr(10), 0, found.start()) + 1}"
    return None


def _lines_of(comment: re.Match[str]) -> str:
    """What is left of a comment: its lines, so that those after it keep their numbers."""
    return "\n" * comment[0].count("\n")

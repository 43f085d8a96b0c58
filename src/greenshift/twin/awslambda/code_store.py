"""Deployment packages on disk: the zip as it was uploaded, and its contents as task roots.

Both are kept under the SHA-256 of the zip, so versions with the same code share them. Blocking work runs in
a thread, on files nobody else touches.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import ClassVar

from greenshift.twin import zips
from greenshift.twin.awslambda import errors
from greenshift.twin.awslambda.model import CodePackage

# Developer guide, "Lambda quotas".
UNZIPPED_LIMIT = 262_144_000


class CodeStore:
    """Owns ``zips/`` and ``code/`` in the twin's directory."""

    kept: ClassVar[tuple[str, ...]] = ("packages",)

    def __init__(self, directory: Path, node_modules: Path) -> None:
        self._zips = directory / "zips"
        self._roots = directory / "code"
        self._node_modules = node_modules
        self._extracting: dict[str, asyncio.Task[Path]] = {}
        self._changing = asyncio.Lock()

    async def add(self, data: bytes) -> CodePackage:
        """Keep a package; raises InvalidParameterValueException for what is not a usable zip."""
        async with self._changing:
            return await asyncio.to_thread(self._add, data)

    @property
    def packages(self) -> dict[str, bytes]:
        """Every package that is kept, by its SHA-256."""
        return {
            path.name: path.read_bytes() for path in sorted(self._zips.glob("*")) if _is_digest(path.name)
        }

    @packages.setter
    def packages(self, found: Mapping[str, bytes]) -> None:
        self._zips.mkdir(parents=True, exist_ok=True)
        for name, data in found.items():
            if hashlib.sha256(data).hexdigest() != name:
                raise ValueError(f"the package {name!r} is another one")
            self._keep(self._zips / name, data)

    async def read(self, package: CodePackage) -> bytes:
        return await asyncio.to_thread((self._zips / package.sha256_hex).read_bytes)

    async def task_root(self, package: CodePackage) -> Path:
        """The folder with the package's contents, extracted at first use.

        Raises ResourceNotFoundException when the package was removed: the function went meanwhile.
        """
        key = package.sha256_hex
        self._link_node_modules()
        task = self._extracting.get(key)
        if task is None or _failed(task):
            task = asyncio.get_running_loop().create_task(asyncio.to_thread(self._extract, key))
            self._extracting[key] = task
        return await asyncio.shield(task)

    async def remove_unused(self, package: CodePackage, is_used: Callable[[CodePackage], bool]) -> None:
        """Forget a package no version uses; whoever adds the same one meanwhile finds it, or adds it anew."""
        async with self._changing:
            if is_used(package):
                return
            task = self._extracting.pop(package.sha256_hex, None)
            if task is not None:
                await asyncio.wait([task])
            await asyncio.to_thread(self._remove, package.sha256_hex)

    def _add(self, data: bytes) -> CodePackage:
        check_zip(data)
        digest = hashlib.sha256(data)
        self._zips.mkdir(parents=True, exist_ok=True)
        self._keep(self._zips / digest.hexdigest(), data)
        return CodePackage(digest.hexdigest(), base64.b64encode(digest.digest()).decode(), len(data))

    def _keep(self, path: Path, data: bytes) -> None:
        """In one step: another function with the same code may be reading it right now."""
        with NamedTemporaryFile(dir=self._zips, delete=False) as file:
            file.write(data)
        Path(file.name).replace(path)

    def _extract(self, key: str) -> Path:
        root = self._roots / key
        try:
            content = (self._zips / key).read_bytes()
        except FileNotFoundError:
            raise errors.resource_not_found() from None
        try:
            zips.unpack(content, root, UNZIPPED_LIMIT, read_only=True)
        except zips.Unreadable as error:
            raise errors.invalid_zip(str(error)) from None
        return root

    def _link_node_modules(self) -> None:
        """Node looks for packages in the parents of a task root too: that is where the bundled SDK is found.

        ``NODE_PATH`` alone would not do, for ES modules do not heed it.
        """
        link = self._roots / "node_modules"
        if self._node_modules.is_dir() and not link.exists():
            self._roots.mkdir(parents=True, exist_ok=True)
            link.symlink_to(self._node_modules, target_is_directory=True)

    def _remove(self, key: str) -> None:
        (self._zips / key).unlink(missing_ok=True)
        root = self._roots / key
        if root.exists():
            for folder in [
                root,
                *(path for path in root.rglob("*") if path.is_dir() and not path.is_symlink()),
            ]:
                folder.chmod(0o755)
            shutil.rmtree(root)


def _is_digest(name: str) -> bool:
    """Others are on their way to the name they are to have."""
    return len(name) == hashlib.sha256().digest_size * 2


def _failed(task: asyncio.Task[Path]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)


def check_zip(data: bytes) -> None:
    if not data:
        raise errors.invalid("Uploaded file must be a non-empty zip")
    try:
        zips.check(data, UNZIPPED_LIMIT)
    except zips.Unreadable:
        raise errors.invalid(
            "Could not unzip uploaded file. Please check your file, then try to upload again."
        ) from None
    except zips.Unsafe as error:
        raise errors.invalid(f"Could not unzip uploaded file: its entry {error}.") from None
    except zips.TooLarge:
        raise errors.invalid(f"Unzipped size must be smaller than {UNZIPPED_LIMIT} bytes") from None
    if zips.is_empty(data):
        raise errors.invalid("Uploaded file must be a non-empty zip")

"""Zip archives in and out of a build, safely: nothing is written outside the target, file modes are kept."""

from __future__ import annotations

import io
import shutil
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from greenshift.twin import zips
from greenshift.twin.codebuild.errors import PhaseFailure, client_error

# One fixed time: the same files give the same archive, and its hash says something.
_TIME = (1980, 1, 1, 0, 0, 0)


# A build on AWS has 64 GB of disk; a laptop may have less to spare.
UNPACKED_LIMIT = 4 << 30
# What a build hands over lies in memory, as everything in the twin's S3 does.
PACKED_LIMIT = 512 << 20


def extract(content: bytes, target: Path) -> None:
    """Unpack a zip below ``target``."""
    try:
        zips.unpack(content, target, UNPACKED_LIMIT)
    except zips.Unreadable as error:
        raise client_error(f"the source is not a zip archive: {error}") from None
    except zips.Unsafe as error:
        raise client_error(f"the source archive is unsafe: its entry {error}") from None
    except zips.TooLarge as error:
        raise client_error(f"the source archive is too large: {error}") from None


def pack(files: Mapping[str, Path], *, keep_links: bool = False, limit: int = PACKED_LIMIT) -> bytes:
    """A zip of these files (name in the archive -> file), sorted; of no more than ``limit`` bytes."""
    buffer = _Bounded(limit)
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            _pack_file(archive, name, files[name], keep_links)
    return buffer.getvalue()


class _Bounded(io.BytesIO):
    """Memory that does not grow without end."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit

    def write(self, data: Any) -> int:
        if self.tell() + len(data) > self._limit:
            raise too_large(self._limit)
        return super().write(data)


def too_large(limit: int) -> PhaseFailure:
    return client_error(
        f"the artifact is larger than {limit >> 20} MiB, which is what the twin keeps in memory"
    )


def _pack_file(archive: zipfile.ZipFile, name: str, path: Path, keep_links: bool) -> None:
    entry = zipfile.ZipInfo(name, _TIME)
    entry.create_system = 3
    entry.compress_type = zipfile.ZIP_DEFLATED
    if keep_links and path.is_symlink():
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, str(path.readlink()))
        return
    found = path.stat()
    entry.external_attr = (stat.S_IFREG | stat.S_IMODE(found.st_mode)) << 16
    entry.file_size = found.st_size
    if found.st_size > UNPACKED_LIMIT:
        raise client_error(f"{name!r} is larger than {UNPACKED_LIMIT >> 30} GiB")
    with path.open("rb") as source, archive.open(entry, "w") as target:
        shutil.copyfileobj(source, target, 1 << 20)

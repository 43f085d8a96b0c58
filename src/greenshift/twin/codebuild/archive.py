"""Zip archives in and out of a build, safely: nothing is written outside the target, file modes are kept."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from greenshift.twin.codebuild.errors import client_error

# One fixed time: the same files give the same archive, and its hash says something.
_TIME = (1980, 1, 1, 0, 0, 0)


def extract(content: bytes, target: Path) -> None:
    """Unpack a zip below ``target``."""
    target.mkdir(parents=True, exist_ok=True)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in archive.infolist():
                _extract_entry(archive, entry, target)
    except zipfile.BadZipFile as error:
        raise client_error(f"the source is not a zip archive: {error}") from None


def _extract_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    path = _inside(target, entry.filename)
    mode = entry.external_attr >> 16
    if entry.is_dir():
        path.mkdir(parents=True, exist_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    _refuse_link_above(target, path)
    if stat.S_ISLNK(mode):
        _link(target, path, archive.read(entry).decode())
        return
    path.write_bytes(archive.read(entry))
    if stat.S_IMODE(mode):
        # Always readable and writable to the build itself, whatever the archive says.
        path.chmod(stat.S_IMODE(mode) & 0o777 | stat.S_IRUSR | stat.S_IWUSR)


def _inside(target: Path, name: str) -> Path:
    parts = PurePosixPath(name.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts:
        raise client_error(f"the source archive names a file outside itself: {name!r}")
    return target.joinpath(*parts.parts)


def _refuse_link_above(target: Path, path: Path) -> None:
    if not path.parent.resolve().is_relative_to(target.resolve()) or path.is_symlink():
        raise client_error(f"the source archive writes through a link: {path.name!r}")


def _link(target: Path, path: Path, destination: str) -> None:
    if not Path(os.path.normpath(path.parent / destination)).is_relative_to(target):
        raise client_error(f"the source archive links outside itself: {path.name!r} -> {destination!r}")
    path.symlink_to(destination)


def pack(files: Mapping[str, Path], *, keep_links: bool = False) -> bytes:
    """A zip of these files (name in the archive -> file), sorted."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            _pack_file(archive, name, files[name], keep_links)
    return buffer.getvalue()


def _pack_file(archive: zipfile.ZipFile, name: str, path: Path, keep_links: bool) -> None:
    entry = zipfile.ZipInfo(name, _TIME)
    entry.create_system = 3
    entry.compress_type = zipfile.ZIP_DEFLATED
    if keep_links and path.is_symlink():
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, str(path.readlink()))
        return
    entry.external_attr = (stat.S_IFREG | stat.S_IMODE(path.stat().st_mode)) << 16
    archive.writestr(entry, path.read_bytes())

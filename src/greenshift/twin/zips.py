"""Zip archives of strangers, unpacked below one folder and nowhere else.

An archive is judged as a whole before a byte of it is written: its names, where its links lead (through each
other as well), and how large it becomes. What is wrong is refused with the name of the entry.
"""

from __future__ import annotations

import io
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

# Each costs memory to list and a file to write; no package of people has as many.
MAXIMUM_ENTRIES = 100_000
_LONGEST_LINK = 4_096
_LONGEST_CHAIN = 40
_ENTRY = b"PK\x01\x02"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)


class Unreadable(Exception):
    """No zip archive, or one that is damaged."""


class Unsafe(Exception):
    """An entry leads out of the archive; the text names it."""


class TooLarge(Exception):
    """More than is allowed, unpacked."""


def check(content: bytes, limit: int) -> None:
    """Raise what is wrong with an archive; ``limit`` bytes may come out of it."""
    with _opened(content, limit):
        pass


def is_empty(content: bytes) -> bool:
    """Whether an archive holds no files; it must have been checked."""
    return _ENTRY not in content


def unpack(content: bytes, target: Path, limit: int, *, read_only: bool = False) -> None:
    """Unpack below ``target``, with the modes the archive has; ``read_only`` takes the right to write."""
    with _opened(content, limit) as archive:
        target.mkdir(parents=True, exist_ok=True)
        try:
            _unpack(archive, target, read_only)
        except _BROKEN as error:
            raise Unreadable(f"it is damaged: {error}") from None


def _opened(content: bytes, limit: int) -> zipfile.ZipFile:
    if content.count(_ENTRY) > MAXIMUM_ENTRIES:
        raise TooLarge(f"it has more than {MAXIMUM_ENTRIES} entries")
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except _BROKEN as error:
        raise Unreadable(str(error)) from None
    entries = archive.infolist()
    for entry in entries:
        if entry.flag_bits & 0x1 or entry.compress_type not in _METHODS:
            raise Unreadable(f"{entry.filename!r} is encrypted or compressed in a way nobody reads here")
    # An entry never gives more than it announces: zipfile stops there.
    if sum(entry.file_size for entry in entries) > limit:
        raise TooLarge(f"it is larger than {limit} bytes, unpacked")
    _check_names(archive, entries)
    return archive


def _check_names(archive: zipfile.ZipFile, entries: Iterable[zipfile.ZipInfo]) -> None:
    links: dict[tuple[str, ...], str] = {}
    plain: list[tuple[tuple[str, ...], str]] = []
    for entry in entries:
        parts = _parts(entry.filename)
        if not parts and not entry.filename.endswith("/"):
            raise Unsafe(f"{entry.filename!r} names no file")
        if _is_link(entry):
            if parts in links:
                raise Unsafe(f"{entry.filename!r} is in it twice, as a link")
            links[parts] = _target(archive, entry)
        else:
            plain.append((parts, entry.filename))
    for parts, name in plain if links else ():
        for length in range(1, len(parts) + 1):
            if parts[:length] in links:
                raise Unsafe(f"{name!r} is written through the link {'/'.join(parts[:length])!r}")
    for parts, target in links.items():
        _check_link(parts, target, links)


def _parts(name: str) -> tuple[str, ...]:
    parts = tuple(part for part in name.replace("\\", "/").split("/") if part not in ("", "."))
    if name.startswith(("/", "\\")) or ".." in parts or (parts and parts[0].endswith(":")):
        raise Unsafe(f"{name!r} names a file outside it")
    return parts


def _is_link(entry: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(entry.external_attr >> 16)


def _target(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    if entry.file_size > _LONGEST_LINK:
        raise Unsafe(f"{entry.filename!r} is a link longer than {_LONGEST_LINK} bytes")
    try:
        return archive.read(entry).decode()
    except _BROKEN as error:
        raise Unreadable(f"{entry.filename!r} is damaged: {error}") from None


def _check_link(parts: tuple[str, ...], target: str, links: dict[tuple[str, ...], str]) -> None:
    """Follow a link as the system would, with the archive as the whole world."""
    outside = Unsafe(f"{'/'.join(parts)!r} is a link that leads outside it, to {target!r}")
    if not target or "\0" in target or any(parts[:length] in links for length in range(1, len(parts))):
        raise outside
    here, todo, followed = list(parts[:-1]), [target], 0
    while todo:
        text = todo.pop()
        if text.startswith("/"):
            raise outside
        step, _, rest = text.partition("/")
        if rest.strip("/"):
            todo.append(rest.lstrip("/"))
        if step == "..":
            if not here:
                raise outside
            here.pop()
        elif step not in ("", "."):
            here.append(step)
            if tuple(here) in links:
                followed += 1
                if followed > _LONGEST_CHAIN:
                    raise Unsafe(f"{'/'.join(parts)!r} is a link that never arrives anywhere")
                todo.append(links[tuple(here)])
                here.pop()


def _unpack(archive: zipfile.ZipFile, target: Path, read_only: bool) -> None:
    for entry in archive.infolist():
        path = target.joinpath(*_parts(entry.filename))
        if entry.is_dir():
            path.mkdir(parents=True, exist_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)  # an entry may be there twice; the last one counts
        if _is_link(entry):
            path.symlink_to(archive.read(entry).decode())
            continue
        with archive.open(entry) as source, path.open("wb") as file:
            shutil.copyfileobj(source, file, 1 << 20)
        _set_mode(path, stat.S_IMODE(entry.external_attr >> 16) & 0o777, read_only)


def _set_mode(path: Path, mode: int, read_only: bool) -> None:
    if read_only:
        path.chmod(0o555 if mode & 0o111 else 0o444)
    elif mode:
        # Always readable and writable to whoever unpacked it, whatever the archive says.
        path.chmod(mode | stat.S_IRUSR | stat.S_IWUSR)

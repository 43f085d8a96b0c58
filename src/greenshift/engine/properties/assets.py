"""Files in properties: reading them, zipping them the same way every time, and hashing what is in them.

A folder's hash is over names and contents only, so a checkout on another day or machine gives the same one,
and only a change of content makes a new Lambda version. It is Pulumi's own hash (``tarball``), so that a
state may go from one engine to the other; as there, a zip file is hashed as it is.
"""

from __future__ import annotations

import hashlib
import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from greenshift.engine.properties.tarball import tree_hash
from greenshift.engine.properties.values import Archive, Asset, Value
from greenshift.errors import EngineError

_BOOKKEEPING = ".pulumi"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can hold


def asset(text: str | None, path: str | None) -> Asset:
    if text is not None:
        return Asset(hashlib.sha256(text.encode()).hexdigest(), text=text)
    return Asset(hashlib.sha256(_read(Path(path or ""))).hexdigest(), path=path)


def archive(path: str | None, members: Mapping[str, Asset | Archive] | None) -> Archive:
    if members is None and not Path(path or "").exists():
        raise EngineError(
            f"FileArchive: there is no {path}", hint="paths are relative to the program's folder"
        )
    if path is not None and members is None and Path(path).is_file():
        _refuse_unknown(Path(path))
        return Archive(hashlib.sha256(_read(Path(path))).hexdigest(), path=path)
    files = _files(Archive("", path=path, members=members))
    return Archive(tree_hash((name, content) for name, content, _ in files), path=path, members=members)


def asset_bytes(value: Asset) -> bytes:
    """The content; an asset of a state may be known by its hash alone, and then it has none."""
    if value.text is not None:
        return value.text.encode()
    if value.path:
        return _read(Path(value.path))
    if value.hash == hashlib.sha256(b"").hexdigest():
        return b""  # the CLI sends an empty text as no text
    raise EngineError(f"the content of asset {value.hash[:8]} is not in the state, only its hash")


def archive_bytes(value: Archive) -> bytes:
    """The archive as a zip: an existing zip file as it is, everything else built reproducibly."""
    if value.path is None and value.members is None:
        raise EngineError(f"the content of archive {value.hash[:8]} is not in the state, only its hash")
    if value.path is not None and Path(value.path).is_file():
        return _read(Path(value.path))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as bundle:
        for name, content, executable in sorted(_files(value)):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.external_attr = (0o100755 if executable else 0o100644) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            bundle.writestr(info, content, compresslevel=6)
    return target.getvalue()


def document(value: Asset | Archive, signature: str, asset_kind: str, archive_kind: str) -> dict[str, Value]:
    """The form in which Pulumi stores and sends an asset; the hash is what later runs compare."""
    kind = asset_kind if isinstance(value, Asset) else archive_kind
    found: dict[str, Value] = {signature: kind, "hash": value.hash}
    if value.path is not None:
        found["path"] = value.path
    elif isinstance(value, Asset):
        found["text"] = value.text or ""
    else:
        found["assets"] = {
            name: document(member, signature, asset_kind, archive_kind)
            for name, member in (value.members or {}).items()
        }
    return found


def _files(value: Archive) -> Iterator[tuple[str, bytes, bool]]:
    if value.members is None:
        yield from _files_at(Path(value.path or ""))
        return
    for name, member in sorted(value.members.items()):
        if isinstance(member, Asset):
            yield name, asset_bytes(member), False
        else:
            yield from ((posixpath.join(name, inner), data, run) for inner, data, run in _files(member))


def _files_at(path: Path) -> Iterator[tuple[str, bytes, bool]]:
    if path.is_dir():
        for file in _walked(path):
            yield file.relative_to(path).as_posix(), _read(file), bool(file.stat().st_mode & 0o100)
        return
    _refuse_unknown(path)
    with zipfile.ZipFile(path) as bundle:
        for info in bundle.infolist():
            if not info.is_dir():
                yield info.filename, bundle.read(info), bool(info.external_attr >> 16 & 0o100)


def _walked(folder: Path) -> Iterator[Path]:
    """The files below a folder in Pulumi's order: name by name on each floor, without its own folder."""
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.name == _BOOKKEEPING:
            continue
        if entry.is_dir() and not entry.is_symlink():
            yield from _walked(entry)
        elif entry.is_file():
            yield entry


def _refuse_unknown(path: Path) -> None:
    if not zipfile.is_zipfile(path):
        raise EngineError(f"FileArchive: {path} is neither a folder nor a zip file")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise EngineError(
            f"cannot read {path}: {error.strerror}", hint="paths are relative to the program's folder"
        ) from error

"""Zip files of a program's own sources, as ``pulumi_archive`` makes them: same files, same bytes."""

from __future__ import annotations

import base64
import fnmatch
import hashlib
import zipfile
from pathlib import Path

from greenshift.engine.local.kinds import Document, Local, Made, keys
from greenshift.errors import EngineError

_BEGINNING = (1980, 1, 1, 0, 0, 0)  # of time, for zip
_MODE = 0o644


def write(directory: Path, args: Document) -> Document:
    """Writes ``outputPath`` and answers with its sums."""
    if args.get("type", "zip") != "zip":
        raise EngineError(f"archives of type {args['type']!r} are not supported here", hint="use zip")
    path = directory / str(args["outputPath"])
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in sorted(_members(directory, args).items()):
            about = zipfile.ZipInfo(name, _BEGINNING)
            about.external_attr = _MODE << 16
            about.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(about, content)
    content = path.read_bytes()
    sha256, sha512 = hashlib.sha256(content), hashlib.sha512(content)
    return {
        **args,
        "id": hashlib.sha1(content, usedforsecurity=False).hexdigest(),
        "outputSize": len(content),
        "outputMd5": hashlib.md5(content, usedforsecurity=False).hexdigest(),
        "outputSha": hashlib.sha1(content, usedforsecurity=False).hexdigest(),
        "outputSha256": sha256.hexdigest(),
        "outputSha512": sha512.hexdigest(),
        "outputBase64sha256": base64.b64encode(sha256.digest()).decode(),
        "outputBase64sha512": base64.b64encode(sha512.digest()).decode(),
    }


def _members(directory: Path, args: Document) -> dict[str, bytes]:
    if args.get("sourceFile"):
        file = directory / str(args["sourceFile"])
        return {file.name: _read(file)}
    if args.get("sourceContent") is not None:
        return {str(args["sourceContentFilename"]): str(args["sourceContent"]).encode()}
    if args.get("sources"):
        return {str(each["filename"]): str(each["content"]).encode() for each in args["sources"]}
    if not args.get("sourceDir"):
        raise EngineError("an archive needs source_dir, source_file, source_content or sources")
    folder = directory / str(args["sourceDir"])
    if not folder.is_dir():
        raise EngineError(f"{folder} is no directory")
    excluded = [str(each) for each in args.get("excludes") or []]
    names = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()}
    return {name: _read(file) for name, file in names.items() if not _is_excluded(name, excluded)}


def _is_excluded(name: str, patterns: list[str]) -> bool:
    return any(fnmatch.fnmatch(name, each) or name.startswith(f"{each.rstrip('/')}/") for each in patterns)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise EngineError(f"{file} cannot be read: {error.strerror}") from error


def _create(directory: Path, inputs: Document) -> Made:
    outputs = write(directory, inputs)
    return str(outputs.pop("id")), outputs


_INPUTS = keys(
    "type outputPath sourceDir sourceFile sourceContent sourceContentFilename sources "
    "excludes outputFileMode excludeSymlinkDirectories"
)
KINDS = (Local("archive:index/file:File", _create, replace=_INPUTS),)
INVOKES = {"archive:index/getFile:getFile": write}

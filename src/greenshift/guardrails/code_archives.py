"""Pulumi's archives, opened: the names of all files in them, and their text when somebody asks.

What cannot be seen is left out without a word: a remote archive, a path relative to a folder we do not know.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pulumi

from greenshift.guardrails.resources import Archive

Read = Callable[[], str]


def opened(value: pulumi.Archive) -> Archive:
    return Archive(dict(_files(value, "")))


def _files(value: object, name: str) -> Iterator[tuple[str, Read]]:
    if isinstance(value, pulumi.AssetArchive):
        for member, nested in value.assets.items():
            yield from _files(nested, f"{name}/{member}" if name else member)
    elif isinstance(value, pulumi.StringAsset):
        yield name, _text(value.text)
    elif isinstance(value, pulumi.FileAsset):
        yield name, _file(Path(value.path))
    elif isinstance(value, pulumi.FileArchive):
        yield from _tree(Path(value.path), name)


def _tree(path: Path, name: str) -> Iterator[tuple[str, Read]]:
    prefix = f"{name}/" if name else ""
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.is_file():
                yield prefix + file.relative_to(path).as_posix(), _file(file)
    elif path.is_file() and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as bundle:
            for member in bundle.namelist():
                yield prefix + member, _member(path, member)


def _text(text: str) -> Read:
    return lambda: text


def _file(path: Path) -> Read:
    return lambda: path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def _member(path: Path, name: str) -> Read:
    def read() -> str:
        with zipfile.ZipFile(path) as bundle:
            return bundle.read(name).decode("utf-8", errors="replace")

    return read

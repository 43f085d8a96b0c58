"""The file: a zip of ``manifest.json``, ``state.json``, ``blobs/<sha256>`` and whatever a caller adds.

Blobs are named by what is in them, so that the same code or object is there once, and a damaged one is seen.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from greenshift.twin.snapshot import manifest as manifests
from greenshift.twin.snapshot.errors import Unreadable
from greenshift.twin.snapshot.manifest import Manifest

MANIFEST, STATE = "manifest.json", "state.json"
_BLOB = re.compile(r"[0-9a-f]{64}")
_LARGEST_JSON = 1 << 30
_LARGEST_MANIFEST = 1 << 20
_READABLE_BY_ITS_OWNER = 0o600


class Writing:
    """An archive on its way to the disk; nobody else may read it, as secrets are in it."""

    def __init__(self, path: Path) -> None:
        descriptor = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_RDWR, _READABLE_BY_ITS_OWNER)
        self._file = os.fdopen(descriptor, "w+b")
        # The lowest level is three times as fast, and the rest is archives already.
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self._known: set[str] = set()

    def blob(self, content: bytes) -> str:
        """Keep bytes, once; returns their name."""
        name = hashlib.sha256(content).hexdigest()
        if name not in self._known:
            self._known.add(name)
            method = zipfile.ZIP_STORED if content[:2] == b"PK" else zipfile.ZIP_DEFLATED
            self._zip.writestr(f"blobs/{name}", content, method)
        return name

    def finish(self, manifest: Manifest, document: Mapping[str, Any]) -> None:
        self._zip.writestr(STATE, json.dumps(document, separators=(",", ":")))
        self._zip.writestr(MANIFEST, json.dumps(manifests.written(manifest), indent=2))
        self.close()

    def close(self) -> None:
        self._zip.close()
        self._file.close()


class Archive:
    """A file to be read; everything here raises Unreadable for what is no snapshot or is damaged."""

    def __init__(self, found: zipfile.ZipFile) -> None:
        self._zip = found
        self.manifest = manifests.read(self._json(MANIFEST, _LARGEST_MANIFEST))

    def state(self) -> dict[str, Any]:
        found = self._json(STATE, _LARGEST_JSON)
        if not isinstance(found, dict):
            raise Unreadable("its state is damaged")
        return found

    def blob(self, name: str) -> bytes:
        if not isinstance(name, str) or not _BLOB.fullmatch(name):
            raise Unreadable("it names a blob that is none")
        content = self._read(f"blobs/{name}", _LARGEST_JSON)
        if hashlib.sha256(content).hexdigest() != name:
            raise Unreadable("one of its blobs is damaged")
        return content

    def added(self, folder: str) -> dict[str, bytes]:
        """What a caller had added in a folder, by plain names."""
        names = [each for each in self._zip.namelist() if each.startswith(f"{folder}/")]
        return {name.removeprefix(f"{folder}/"): self._read(name, _LARGEST_JSON) for name in names}

    def _json(self, name: str, most: int) -> Any:
        try:
            return json.loads(self._read(name, most))
        except (ValueError, RecursionError):
            raise Unreadable(f"its {name} is damaged") from None

    def _read(self, name: str, most: int) -> bytes:
        try:
            if self._zip.getinfo(name).file_size > most:
                raise Unreadable(f"its {name} is too large")
            return self._zip.read(name)
        except KeyError:
            raise Unreadable(f"it has no {name}") from None
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError):
            raise Unreadable(f"its {name} is damaged") from None


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    try:
        found = zipfile.ZipFile(path)
    except OSError as error:
        raise Unreadable(f"it cannot be read: {error.strerror}") from None
    except (zipfile.BadZipFile, ValueError):
        raise Unreadable("it is no snapshot of a twin") from None
    with found:
        yield Archive(found)


def add(path: Path, folder: str, contents: Mapping[str, bytes]) -> None:
    """Put more into a finished archive."""
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as found:
        for name, content in contents.items():
            found.writestr(f"{folder}/{name}", content)

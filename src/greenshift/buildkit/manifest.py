"""What goes in (functions.json) and what comes out (release.json) of a build.

Both files carry ``formatVersion`` 1. The release manifest is sorted by function, so the same packages
give the same bytes.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from .failure import BuildFailure

FORMAT_VERSION = 1

# A key becomes a file name (packages/<key>.zip), so it may not hold a path.
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


@dataclass(frozen=True)
class Image:
    """``repository`` is the URI it is pushed to; without one it stays where it is built."""

    platform: str
    repository: str | None


@dataclass(frozen=True)
class Function:
    """One function to build: where it is, how Lambda will call it, and what the user set for it."""

    key: str
    directory: str
    runtime: str
    handler: str
    test: str | None = None
    build: str | None = None
    exclude: tuple[str, ...] = ()
    image: Image | None = None
    """Said of a container image, which has neither runtime nor handler here."""
    allows_old_sdk: bool = False
    """Version 2 of the SDK for JavaScript may come from elsewhere: a layer, or the user says so."""


@dataclass(frozen=True)
class Package:
    """One finished zip, or an image: then ``path`` is its URI and ``sha256`` its digest's."""

    function: Function
    path: str
    sha256: str
    size: int = 0


def read_functions(path: Path) -> tuple[Function, ...]:
    """The functions of functions.json, in the order of the file."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BuildFailure("", f"{path}: not found; the BuildKit artifact must hold functions.json") from None
    except ValueError as error:
        raise BuildFailure("", f"{path}: not JSON ({error})") from None
    if not isinstance(document, dict) or document.get("formatVersion") != FORMAT_VERSION:
        found = document.get("formatVersion") if isinstance(document, dict) else None
        raise BuildFailure("", f"{path}: formatVersion {found!r}; this build kit reads {FORMAT_VERSION}")
    functions = document.get("functions")
    if not isinstance(functions, dict) or not functions:
        raise BuildFailure("", f"{path}: 'functions' must be an object with at least one function")
    return tuple(_function(key, value) for key, value in functions.items())


def _function(key: str, value: object) -> Function:
    if not _KEY.fullmatch(key):
        raise BuildFailure(key, "function key: letters, digits, '_', '.' and '-' only")
    if not isinstance(value, dict):
        raise BuildFailure(key, "functions.json: must be an object")
    if value.get("packageType") == "Image":
        return _image(key, value)
    return Function(
        key=key,
        directory=_inside(key, _text(key, value, "directory")),
        runtime=_text(key, value, "runtime"),
        handler=_text(key, value, "handler"),
        test=_optional_text(key, value, "test"),
        build=_optional_text(key, value, "build"),
        exclude=_patterns(key, value.get("exclude")),
        allows_old_sdk=value.get("allowsOldSdk") is True,
    )


# What Lambda calls an architecture, as Docker names the platform.
_PLATFORMS = {"x86_64": "linux/amd64", "arm64": "linux/arm64"}


def _image(key: str, value: Mapping[str, Any]) -> Function:
    architecture = _text(key, value, "architecture")
    if architecture not in _PLATFORMS:
        raise BuildFailure(key, f"functions.json: 'architecture' {architecture!r} is none of Lambda's")
    return Function(
        key=key,
        directory=_inside(key, _text(key, value, "directory")),
        runtime="",
        handler="",
        test=_optional_text(key, value, "test"),
        build=_optional_text(key, value, "build"),
        image=Image(_PLATFORMS[architecture], _optional_text(key, value, "repository")),
    )


def _text(key: str, value: Mapping[str, Any], member: str) -> str:
    found = value.get(member)
    if not isinstance(found, str) or not found:
        raise BuildFailure(key, f"functions.json: '{member}' must be a text, found {found!r}")
    return found


def _optional_text(key: str, value: Mapping[str, Any], member: str) -> str | None:
    return None if value.get(member) is None else _text(key, value, member)


def _patterns(key: str, found: object) -> tuple[str, ...]:
    if found is None:
        return ()
    if not isinstance(found, list) or not all(isinstance(pattern, str) for pattern in found):
        raise BuildFailure(key, f"functions.json: 'exclude' must be a list of patterns, found {found!r}")
    return tuple(found)


def _inside(key: str, directory: str) -> str:
    path = PurePosixPath(directory)
    if path.is_absolute() or ".." in path.parts:
        raise BuildFailure(key, f"directory {directory!r} must lie inside the source")
    return str(path)


def release_document(packages: Iterable[Package], messages: Sequence[str]) -> str:
    """The text of release.json."""
    functions = [_entry(package) for package in sorted(packages, key=lambda package: package.function.key)]
    document = {"formatVersion": FORMAT_VERSION, "functions": functions, "messages": list(messages)}
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


def _entry(package: Package) -> dict[str, str | int]:
    if package.function.image is not None:
        return {
            "function": package.function.key,
            "packageType": "Image",
            "imageUri": package.path,
        }
    allowed = {"allowsOldSdk": True} if package.function.allows_old_sdk else {}
    return {
        **allowed,
        "function": package.function.key,
        "package": package.path,
        "sha256": package.sha256,
        # The form in which Lambda reports the hash of a function's code (API reference: CodeSha256).
        "codeSha256": base64.b64encode(bytes.fromhex(package.sha256)).decode("ascii"),
        "size": package.size,
        "runtime": package.function.runtime,
        "handler": package.function.handler,
    }

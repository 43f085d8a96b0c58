"""Code archives made from our own source: the build kit, the control functions, a bootstrap package.

The files are found beside this package, so an installed Greenshift needs no checkout and no download.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pulumi

_PACKAGE = Path(__file__).resolve().parent.parent
# Not the real one: inside Lambda there is no Pulumi to import. A comment, as an empty asset reads as absent.
_EMPTY_MODULE = "# Makes greenshift.release importable.\n"
_KIT_CONTRACT = ("__init__.py", "handlers.py", "javascript.py", "node_sdk.py")
KIT_TEXTS = {
    "build_kit/__init__.py": "# What a build runs: python3 -m build_kit\n",
    "build_kit/__main__.py": "from build_kit.buildkit.__main__ import main\n\nraise SystemExit(main())\n",
}


def build_kit_archive(functions_json: str) -> pulumi.AssetArchive:
    """``build_kit/…`` and ``functions.json``: what the build unpacks beside the source."""
    return _archive(kit_files(), {**KIT_TEXTS, "functions.json": functions_json})


def kit_files() -> dict[str, Path]:
    """The code of the build kit under its names in the archive: a small copy of our own package, by another
    name, so that whatever a build has installed as ``greenshift`` is not asked.
    """
    shared = {f"build_kit/contract/{name}": _PACKAGE / "contract" / name for name in _KIT_CONTRACT}
    return _files(_PACKAGE / "buildkit", "build_kit/buildkit") | shared


def release_archive(targets_json: str) -> pulumi.AssetArchive:
    """The rooms ``release`` and ``contract``, and ``targets.json``; our own ``__init__`` stays at home."""
    return _archive(release_files(), {"greenshift/__init__.py": _EMPTY_MODULE, "targets.json": targets_json})


def release_files() -> dict[str, Path]:
    """The code of the control functions, under its names in the archive."""
    rooms = {room: _files(_PACKAGE / room, f"greenshift/{room}") for room in ("release", "contract")}
    return rooms["release"] | rooms["contract"]


def text_archive(texts: Mapping[str, str]) -> pulumi.AssetArchive:
    return _archive({}, texts)


def _files(directory: Path, below: str) -> dict[str, Path]:
    """All files of a package under their names in the archive, without what Python leaves behind."""
    return {
        f"{below}/{path.relative_to(directory).as_posix()}": path
        for path in sorted(directory.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def _archive(files: Mapping[str, Path], texts: Mapping[str, str]) -> pulumi.AssetArchive:
    assets: dict[str, pulumi.Asset | pulumi.Archive] = {
        name: pulumi.FileAsset(str(path)) for name, path in files.items()
    }
    assets |= {name: pulumi.StringAsset(text) for name, text in texts.items()}
    return pulumi.AssetArchive(dict(sorted(assets.items())))

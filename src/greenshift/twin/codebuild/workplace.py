"""The folders of one build, and the programs it finds there: node, npm, python3, pip.

A build on AWS gets a fresh container. Here it gets fresh folders, a Python environment of its own (a build
that runs ``pip install`` must not change the twin), the twin's Node, and an npm prefix of its own. What is
shared on purpose: the download caches, and the user's HOME with its registry settings.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from greenshift.twin.machine import nodejs

# What AWS's own Python images carry beside the standard library, pip first: a function's tests may import
# boto3 without naming it. Anything else of the twin's environment stays hidden, or tests would pass here
# and fail there.
_PYTHON_MODULES = (
    "pip",
    "setuptools",
    "boto3",
    "botocore",
    "s3transfer",
    "jmespath",
    "dateutil",
    "six",
    "urllib3",
)


@dataclass(frozen=True)
class Workplace:
    """Everything below ``root`` goes away with the build."""

    root: Path

    @property
    def sources(self) -> Path:
        return self.root / "src"

    @property
    def control(self) -> Path:
        return self.root / "control"

    @property
    def temporary(self) -> Path:
        return self.root / "tmp"

    @property
    def python(self) -> Path:
        return self.root / "python"

    @property
    def programs(self) -> Path:
        return self.python / "bin"

    @property
    def npm_prefix(self) -> Path:
        return self.root / "npm"


def prepare(root: Path) -> Workplace:
    """Make the folders and programs of a new build (a few milliseconds: links and small files)."""
    place = Workplace(root)
    for folder in (place.sources, place.control, place.temporary, place.programs, place.npm_prefix):
        folder.mkdir(parents=True)
    _make_python(place)
    _make_node(place.programs)
    return place


def runtime_versions() -> Mapping[str, str]:
    """The runtimes a build really gets."""
    return {"python": platform.python_version(), "nodejs": nodejs.version()}


def discard(root: Path) -> None:
    """Remove a build's folders; a file some build made unreadable is no reason to fail."""
    shutil.rmtree(root, ignore_errors=True)


def _make_node(programs: Path) -> None:
    (programs / "node").symlink_to(nodejs.executable())
    for name in ("npm", "npx"):
        script = nodejs.directory() / "lib" / "node_modules" / "npm" / "bin" / f"{name}-cli.js"
        _write_program(programs / name, f'exec "{programs / "node"}" "{script}" "$@"')


def _make_python(place: Workplace) -> None:
    """A virtual environment by hand: ``venv`` would take a hundred times longer."""
    base = Path(_base_executable())
    (place.python / "pyvenv.cfg").write_text(
        f"home = {base.parent}\ninclude-system-site-packages = false\nversion = {platform.python_version()}\n"
    )
    python = place.programs / "python3"
    python.symlink_to(base)
    (place.programs / "python").symlink_to("python3")
    for name in ("pip", "pip3"):
        _write_program(place.programs / name, f'exec "{python}" -m pip "$@"')
    packages = place.python / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
    packages.mkdir(parents=True)
    shared = place.python / "shared"
    shared.mkdir()
    # Outside site-packages, and without their metadata: pip will neither count nor remove them.
    (packages / "shared.pth").write_text(f"{shared}\n" + "".join(f"{wheel}\n" for wheel in _share(shared)))


def _share(shared: Path) -> list[Path]:
    """Link the twin's own modules; where it has no pip, name the wheel Python itself bundles."""
    for name in _PYTHON_MODULES:
        found = importlib.util.find_spec(name)
        if found is None or not found.origin:
            continue
        origin = Path(found.origin)
        target = origin.parent if origin.name == "__init__.py" else origin
        (shared / target.name).symlink_to(target)
    if (shared / "pip").exists():
        return []
    bundled = importlib.util.find_spec("ensurepip")
    if bundled is None or not bundled.origin:
        return []
    return sorted(Path(bundled.origin).parent.glob("_bundled/pip-*.whl"))[-1:]


def _base_executable() -> str:
    # The interpreter behind the twin's virtual environment; sys has it under this name only.
    return str(getattr(sys, "_base_executable", sys.executable))


def _write_program(path: Path, line: str) -> None:
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)


def search_path(place: Workplace, host_path: str) -> str:
    """The build's own programs first, then the machine's, without those of the twin's environment."""
    own = str(Path(sys.prefix) / ("Scripts" if os.name == "nt" else "bin"))
    hidden = own if sys.prefix != sys.base_prefix else None
    rest = [part for part in host_path.split(os.pathsep) if part and part != hidden]
    return os.pathsep.join([str(place.programs), str(place.npm_prefix / "bin"), *rest])

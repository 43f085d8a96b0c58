"""Makes a function's zip: the same content gives the same bytes on any machine, on any day.

Entries are sorted, carry one fixed time (the earliest a zip can hold) and one of two permissions, and are
deflated at one fixed level. Lambda's CodeSha256 is the hash of these bytes, so an unchanged function keeps
its version. Symbolic links are packaged as what they point to: a link out of the directory means nothing
in Lambda.
"""

from __future__ import annotations

import hashlib
import os
import stat
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .excludes import INSTALLED, NEVER, TESTS, Excludes
from .failure import BuildFailure

_EPOCH = (1980, 1, 1, 0, 0, 0)
_LEVEL = 6
_UNIX = 3

# Lambda quota: deployment package, unzipped (developer guide: "Lambda quotas").
UNZIPPED_LIMIT = 250 * 1024 * 1024


@dataclass(frozen=True)
class Selection:
    """What goes into a package (name in the zip -> file), and what was left out by which pattern."""

    files: Mapping[str, Path]
    left_out: Mapping[str, str] = field(default_factory=dict)
    messages: tuple[str, ...] = ()


def select(
    directory: Path,
    installed: Path | None,
    exclude: tuple[str, ...],
    modules: Mapping[str, Path] | None = None,
) -> Selection:
    """The files of a function. Where source and installed dependency share a name, the source wins.

    ``modules`` are the packages of Node to take, by their place, instead of the directory's node_modules.
    """
    left_out: dict[str, str] = {}
    messages: list[str] = []
    pip_made = _Walk(Excludes.of(INSTALLED, exclude), Excludes.of(INSTALLED, exclude), left_out, messages)
    own = _Walk(Excludes.of(NEVER, TESTS, exclude), Excludes.of(NEVER, exclude), left_out, messages)
    files = dict(pip_made.files(installed)) if installed is not None and installed.is_dir() else {}
    if modules is None:
        files.update(own.files(directory))
    else:
        files.update(own.files(directory, without_modules=True))
        for place, folder in modules.items():
            files.update(own.files(folder, f"{place}/", without_modules=True))
    return Selection(files, left_out, tuple(messages))


@dataclass
class _Walk:
    """Lists the files of a folder; ``in_node_modules`` takes over from node_modules down."""

    excludes: Excludes
    in_node_modules: Excludes
    left_out: dict[str, str]
    messages: list[str]

    def files(
        self, folder: Path, prefix: str = "", *, without_modules: bool = False
    ) -> Iterator[tuple[str, Path]]:
        """``without_modules``: a node_modules at its top is left to whoever knows what of it is needed."""
        excludes = self.in_node_modules if prefix else self.excludes
        skipped = f"{prefix}node_modules" if without_modules else ""
        return self._below(folder, prefix, excludes, frozenset(), skipped)

    def _below(
        self, folder: Path, prefix: str, excludes: Excludes, above: frozenset[str], skipped: str = ""
    ) -> Iterator[tuple[str, Path]]:
        real = os.path.realpath(folder)
        if real in above:
            self.messages.append(f"{prefix.rstrip('/')}: a link to a folder it lies in, left out")
            return
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            name = prefix + entry.name
            if name == skipped:
                continue
            pattern = excludes.match(name)
            if pattern is not None:
                self.left_out[name] = pattern
            elif entry.is_dir():
                inner = self.in_node_modules if entry.name == "node_modules" else excludes
                yield from self._below(Path(entry.path), name + "/", inner, above | {real})
            elif entry.is_file():
                yield name, Path(entry.path)
            else:
                self.messages.append(f"{name}: not a file (a broken link, a socket, a device), left out")


# Below this nobody looks for what makes a package large.
_WORTH_TELLING = 5 * 1024 * 1024
_TOLD = 10


def unzipped(selection: Selection) -> int:
    return sum(path.stat().st_size for path in selection.files.values())


def largest(selection: Selection) -> Iterator[str]:
    """The ten largest files of a package that is large, with their sizes."""
    total = unzipped(selection)
    if total < _WORTH_TELLING:
        return
    yield f"{total / 1_000_000:.1f} MB unzipped of {UNZIPPED_LIMIT >> 20} MB that Lambda allows; the largest:"
    yield from (f"  {size / 1_000_000:8.1f} MB  {name}" for size, name in biggest(selection))


def biggest(selection: Selection) -> list[tuple[int, str]]:
    """The ten largest files: size in bytes, and name."""
    sizes = ((path.stat().st_size, name) for name, path in selection.files.items())
    return sorted(sizes, reverse=True)[:_TOLD]


@dataclass(frozen=True)
class Zipped:
    sha256: str
    size: int
    files: int


def write_zip(function: str, selection: Selection, target: Path) -> Zipped:
    total = unzipped(selection)
    if total > UNZIPPED_LIMIT:
        raise BuildFailure(
            function,
            f"the package is {total >> 20} MB unzipped; Lambda allows {UNZIPPED_LIMIT >> 20} MB. "
            "Leave files out with the function's 'exclude' setting",
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(selection.files):
            path = selection.files[name]
            archive.writestr(_entry(name, path), path.read_bytes(), zipfile.ZIP_DEFLATED, _LEVEL)
    content = target.read_bytes()
    return Zipped(hashlib.sha256(content).hexdigest(), len(content), len(selection.files))


def _entry(name: str, path: Path) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.create_system = _UNIX  # else Windows would write its own
    executable = path.stat().st_mode & stat.S_IXUSR
    entry.external_attr = (stat.S_IFREG | (0o755 if executable else 0o644)) << 16
    return entry

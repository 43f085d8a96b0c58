"""Performs a build: installs, builds, tests and packages each directory's functions, one after another.

    survey (what is there) -> plan (what to run) -> run (here) -> packaging -> release.json

Every command's output goes straight to the log. The first failure ends the build.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from . import plan
from .failure import BuildFailure
from .images import built_images
from .manifest import Function, Package, read_functions, release_document
from .reports import FOLDER, Reports
from .room import BUNDLES, OUTPUT, Room, say


def build_all(source: Path, functions_file: Path) -> None:
    """Build every function named in ``functions_file`` from the tree at ``source``.

    A build that fails leaves the reports of its tests, and no package.
    """
    functions = read_functions(functions_file)
    output = source / OUTPUT
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    reports, keys = Reports(output / FOLDER), [function.key for function in functions]
    try:
        _build(functions, source, output, reports)
        reports.close(keys, failed=False)
    except BuildFailure:
        reports.close(keys, failed=True)
        shutil.rmtree(output / "packages", ignore_errors=True)
        raise
    finally:
        shutil.rmtree(source / BUNDLES, ignore_errors=True)  # each is in its package


def _build(functions: Iterable[Function], source: Path, output: Path, reports: Reports) -> None:
    packages: list[Package] = []
    messages: list[str] = []
    done: set[plan.Step] = set()
    with tempfile.TemporaryDirectory(prefix="build-kit-") as scratch:
        tools = Path(scratch) / "tools"
        packages += built_images(functions, source, messages, reports)
        zipped = [function for function in functions if function.image is None]
        for number, (directory, members) in enumerate(_by_directory(zipped).items()):
            room_scratch = Path(scratch) / str(number)
            room_scratch.mkdir()
            room = Room(source, source / directory, members, room_scratch, tools, messages, done, reports)
            room.prepare()
            packages += [room.package(function, output) for function in members]
            shutil.rmtree(room_scratch, ignore_errors=True)
    release = output / "release.json"
    release.write_text(release_document(packages, messages), encoding="utf-8")
    say(f"{len(packages)} function{'s' if len(packages) != 1 else ''} packaged in {OUTPUT}")


def _by_directory(functions: Iterable[Function]) -> dict[str, list[Function]]:
    """Functions that share a directory are installed once, and pruned after the tests of all of them."""
    groups: dict[str, list[Function]] = {}
    for function in functions:
        groups.setdefault(function.directory, []).append(function)
    return groups

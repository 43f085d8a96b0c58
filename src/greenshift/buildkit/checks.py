"""What would only fail in Lambda, found before anything is published.

Pure: a function, the names in its package, and the text of its sources.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path

from ..contract.handlers import handler_files, named
from ..contract.node_sdk import SOURCES, uses_of_missing_sdk
from .failure import BuildFailure
from .manifest import Function

_COMPILED = re.compile(r"\.cpython-(\d)(\d+)-")


def check_handler(function: Function, names: Iterable[str], left_out: Mapping[str, str]) -> None:
    """The file Lambda will load must be in the package."""
    wanted = handler_files(function.runtime, function.handler)
    there = set(names)
    if not wanted or any(name in there for name in wanted):
        return
    raise BuildFailure(
        function.key,
        f"handler {function.handler!r} ({function.runtime}) needs {named(wanted)} in the package; "
        + _instead(function.directory, wanted, there, left_out),
    )


def _instead(directory: str, wanted: tuple[str, ...], there: set[str], left_out: Mapping[str, str]) -> str:
    for name in wanted:
        parts = name.split("/")
        for prefix in ("/".join(parts[:count]) for count in range(1, len(parts) + 1)):
            if prefix in left_out:
                return f"{prefix} is left out by the pattern {left_out[prefix]!r}"
    own = sorted(name for name in there if not name.startswith("node_modules/"))
    if not own:
        return f"{directory} has no files to package"
    return f"{directory} has " + ", ".join(own[:8]) + (f" and {len(own) - 8} more" if len(own) > 8 else "")


def check_executable(function: Function, files: Mapping[str, Path]) -> None:
    """Lambda starts ``bootstrap`` itself (developer guide, "Building a custom runtime")."""
    path = files.get("bootstrap")
    if not function.runtime.startswith("provided") or path is None:
        return
    if not path.stat().st_mode & stat.S_IXUSR:
        raise BuildFailure(
            function.key, "bootstrap may not be executed; chmod +x bootstrap, in git too: git add --chmod=+x"
        )


def check_classes(function: Function, names: Iterable[str]) -> None:
    """Lambda loads classes and ``lib/*.jar`` (developer guide, "Deploy Java Lambda functions")."""
    if not function.runtime.startswith("java"):
        return
    if not any(name.endswith(".class") or re.fullmatch(r"lib/[^/]+\.jar", name) for name in names):
        raise BuildFailure(
            function.key,
            f"{function.runtime} needs classes, or jars in lib/, in the package, "
            f"and {function.directory} has none; "
            "set build to what makes them, such as: mvn -q package && mkdir -p lib && cp target/*.jar lib/",
        )


def check_sdk(function: Function, names: Collection[str], read: Callable[[str], str]) -> str | None:
    """``read`` gives the text of one of the names; sources that are compiled later count as well.

    Returns what to tell where the function may find version 2 elsewhere.
    """
    for use in uses_of_missing_sdk(function.runtime, names, read, SOURCES):
        what = f"{use.file}:{use.line} loads 'aws-sdk' (version 2), which {function.runtime} does not have"
        if function.allows_old_sdk:
            return f"{what}; it works as long as one of its layers brings it"
        raise BuildFailure(
            function.key,
            f"{what}; use {use.replacement}, or name aws-sdk in package.json's dependencies",
        )
    return None


def compiled_for_another_python(function: Function, names: Iterable[str]) -> str | None:
    """A message when a compiled module in the package cannot load on the function's Python."""
    found = re.fullmatch(r"python(\d)\.(\d+)", function.runtime)
    if found is None:
        return None
    for name in names:
        tag = _COMPILED.search(name)
        if tag is not None and tag.groups() != found.groups():
            return (
                f"{name} is compiled for Python {tag.group(1)}.{tag.group(2)}, "
                f"the function runs on {function.runtime}: build with the same Python"
            )
    return None

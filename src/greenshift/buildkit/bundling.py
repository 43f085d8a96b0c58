"""``build: esbuild``: TypeScript or JavaScript bundled into the one file the handler names.

``esbuild`` alone, or with flags behind it (``esbuild --minify --external:pg``); a line with anything else is
the repository's own command. The SDK of the runtime stays outside (esbuild documentation, "External"), and a
source map lies beside the bundle. The package is the bundle and, of what stays outside, the packages that are
installed; nothing else of the directory.

A project's own esbuild makes it, or else the one whose lock file, with hashes, lies beside this module.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from .failure import BuildFailure
from .manifest import Function
from .node_projects import read_package
from .plan import Step

LOCK = Path(__file__).resolve().parent / "esbuild"
_SOURCES = (".ts", ".mts", ".cts", ".tsx", ".js", ".mjs", ".cjs", ".jsx")
_PLACES = ("", "src/")
# What a bundle in ES modules needs for packages that still call require (esbuild issue tracker).
_REQUIRE = "import { createRequire as _cr } from 'module'; const require = _cr(import.meta.url);"


@dataclass(frozen=True)
class Bundle:
    """``command`` makes it; ``target`` is its file, below the folder that is packaged."""

    command: tuple[str, ...]
    target: str


def is_bundled(function: Function) -> bool:
    words = _words(function)
    return bool(words) and words[0] == "esbuild" and all(word.startswith("--") for word in words[1:])


def bundle(function: Function, directory: Path, tool: str, output: Path) -> Bundle:
    """What to run in the directory so that the handler's file lies below ``output``."""
    if not function.runtime.startswith("nodejs"):
        raise BuildFailure(function.key, f"build: esbuild is for Node, and the runtime is {function.runtime}")
    folder, _, last = function.handler.rpartition("/")
    stem = "/".join(part for part in (folder, last.partition(".")[0]) if part)
    is_module = read_package(function.key, directory).get("type") == "module"
    target = f"{stem}.mjs" if is_module else f"{stem}.js"
    version = re.sub(r"\D", "", function.runtime)
    command = (
        tool,
        _entry(function, directory, stem),
        "--bundle",
        "--platform=node",
        f"--target=node{version}",
        *(("--format=esm", f"--banner:js={_REQUIRE}") if is_module else ("--format=cjs",)),
        "--external:@aws-sdk/*",
        "--sourcemap",
        *_words(function)[1:],
        f"--outfile={output / target}",
    )
    return Bundle(command, target)


def externals(function: Function) -> tuple[str, ...]:
    """The packages that the flags leave outside, by name: ``--external:pg`` and ``--external=pg/lib/*``."""
    found = (re.match(r"--external[:=](.+)", word) for word in _words(function)[1:])
    names = (each.group(1).split("/") for each in found if each)
    packages = ("/".join(parts[: 2 if parts[0].startswith("@") else 1]) for parts in names)
    return tuple(sorted({name for name in packages if "*" not in name and not name.startswith(".")}))


def own_tool(directory: Path, source: Path) -> str | None:
    """The project's own esbuild, as npm and its kin have installed it."""
    folders = [directory, *(each for each in directory.parents if each.is_relative_to(source))]
    found = (folder / "node_modules/.bin/esbuild" for folder in folders)
    return next((str(path) for path in found if path.is_file()), None)


def fetched_tool(folder: Path) -> tuple[str, Step]:
    """An esbuild below ``folder``, and what brings it there: exactly what is locked, by its hashes."""
    for name in ("package.json", "package-lock.json"):
        target = folder / name
        if not target.is_file():
            folder.mkdir(parents=True, exist_ok=True)
            target.write_bytes((LOCK / name).read_bytes())
    # Its programs come as packages of their own: nothing has to be run to install it.
    command = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    tool = str(folder / "node_modules/.bin/esbuild")
    return tool, Step("npm ci (esbuild)", command, at=str(folder))


def _entry(function: Function, directory: Path, stem: str) -> str:
    names = [f"{place}{stem}{suffix}" for place in _PLACES for suffix in _SOURCES]
    found = next((name for name in names if (directory / name).is_file()), None)
    if found is None:
        where = f"{stem}.ts or src/{stem}.ts, and {function.directory} has none"
        raise BuildFailure(function.key, f"build: esbuild looks for {where}")
    return found


def _words(function: Function) -> list[str]:
    try:
        return shlex.split(function.build or "")
    except ValueError:
        return []  # a quote without an end: the shell says so

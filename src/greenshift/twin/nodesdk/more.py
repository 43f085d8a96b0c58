"""Clients of the AWS SDK for JavaScript v3 beyond the pinned ones, fetched when a function names them.

AWS's Node runtimes bundle every ``@aws-sdk/*`` package: several hundred, most of which nobody here will
ever ask for. So code is read for the names it imports, and what neither it nor the pinned copy holds is
fetched into the cache, once, each with the lock file npm writes beside it.
"""

from __future__ import annotations

import fcntl
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from greenshift.twin.nodesdk import npm_environment, npm_program, sdk_directory
from greenshift.twin.nodesdk.npm_words import cause

SECONDS = 120
MOST_BYTES = 20 * 1024 * 1024  # of one file that is read for names: a bundle may be large
SUFFIXES = (".js", ".mjs", ".cjs")
_NAME = re.compile(r"""["'](@aws-sdk/[a-z0-9][a-z0-9-]{1,80})(?:["'/])""")


class NotFetched(Exception):
    """npm could not bring a package; the message is why, in its words."""


def named_in(roots: Iterable[Path]) -> set[str]:
    """The ``@aws-sdk`` packages that files of code name, but for those that lie beside them."""
    names: set[str] = set()
    held: set[str] = set()
    for root in roots:
        for path in _files(root):
            names.update(_NAME.findall(path.read_text(errors="replace")))
        held.update(f"@aws-sdk/{path.parent.name}" for path in root.rglob("@aws-sdk/*/package.json"))
    return names - held


def _files(root: Path) -> Iterator[Path]:
    for path in root.rglob("*"):
        is_code = path.suffix in SUFFIXES and "node_modules" not in path.relative_to(root).parts
        if is_code and path.is_file() and path.stat().st_size <= MOST_BYTES:
            yield path


def missing(cache: Path, names: Iterable[str]) -> list[str]:
    """Those that the pinned copy does not hold."""
    modules = sdk_directory(cache) / "node_modules"
    return sorted(name for name in names if not (modules / name).is_dir())


def fetch(cache: Path, name: str) -> Path:
    """The ``node_modules`` that holds a package of version 3; raises NotFetched. One at a time fetches it."""
    target = cache / "node-sdk-more" / name.rpartition("/")[2]
    modules = target / "node_modules"
    target.mkdir(parents=True, exist_ok=True)
    with (target / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (target / ".complete").is_file():
            _install(cache, target, name)
            (target / ".complete").touch()
    return modules


def _install(cache: Path, target: Path, name: str) -> None:
    (target / "package.json").write_text('{"private": true}\n')
    command = [*npm_program(), "install", "--ignore-scripts", "--no-audit", "--no-fund", f"{name}@^3"]
    try:
        done = subprocess.run(
            command, cwd=target, env=npm_environment(cache), capture_output=True, text=True, timeout=SECONDS,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise NotFetched(f"npm brought nothing within {SECONDS} seconds") from None
    if done.returncode != 0:
        raise NotFetched(cause(done.stderr))

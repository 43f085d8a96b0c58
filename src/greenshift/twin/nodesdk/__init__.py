"""The AWS SDK for JavaScript v3, as AWS's Node runtimes bundle it.

Node 18 and later bundle ``@aws-sdk/*`` v3 and nothing of v2 (Lambda developer guide: "Building Lambda
functions with Node.js"). The twin keeps a pinned copy of the clients functions use most in its cache; the
lock file beside this module names them exactly and carries no address. All others: ``more``.
"""

from __future__ import annotations

import fcntl
import functools
import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from greenshift.errors import TwinError
from greenshift.twin.machine import nodejs
from greenshift.twin.nodesdk.npm_words import cause, way_out

_HERE = Path(__file__).parent
_STAMP = ".greenshift-lock-sha256"


def sdk_directory(cache: Path) -> Path:
    """Where the SDK is kept: a directory holding ``node_modules``. Each version of the lock file has its own,
    so that two twins of different versions share a cache.
    """
    return cache / f"node-sdk-{_lock_hash()[:12]}"


def is_installed(cache: Path) -> bool:
    stamp = sdk_directory(cache) / _STAMP
    return stamp.is_file() and stamp.read_text() == _lock_hash()


def install(cache: Path, report: Callable[[str], None]) -> None:
    """Bring the cache to the pinned SDK; does nothing when it is there. Needs npm's registry once.

    Two projects may ask at once: the second waits for the first, and finds it done.
    """
    if is_installed(cache):
        return
    target = sdk_directory(cache)
    target.mkdir(parents=True, exist_ok=True)
    with (target / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_installed(cache):
            report(f"fetching the AWS SDK for JavaScript v3 for Node functions, to be kept in {cache}")
            _fetch(cache, target)


def _fetch(cache: Path, target: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(_HERE / name, target / name)
    command = [*npm_program(), "ci", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=target, env=npm_environment(cache), capture_output=True, text=True)
    if done.returncode != 0:
        raise TwinError(
            f"npm could not fetch the AWS SDK for Node functions: {cause(done.stderr)}",
            hint=way_out(done.stderr),
        )
    (target / _STAMP).write_text(_lock_hash())


def npm_program() -> list[str]:
    """The command that is npm, whatever else this machine has."""
    npm = nodejs.directory() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(nodejs.executable()), str(npm)]


def npm_environment(cache: Path) -> dict[str, str]:
    path = f"{nodejs.executable().parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return {
        **os.environ,
        **nodejs.npm_settings(os.environ),
        "PATH": path,
        "npm_config_cache": str(cache / "npm"),
        "npm_config_update_notifier": "false",
    }


@functools.cache
def _lock_hash() -> str:
    return hashlib.sha256((_HERE / "package-lock.json").read_bytes()).hexdigest()

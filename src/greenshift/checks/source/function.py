"""One function's source as the build will see it: its files without tests and excluded ones, its texts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from greenshift.buildkit.manifest import Function
from greenshift.buildkit.packaging import Selection, select
from greenshift.buildkit.survey import Contents, survey
from greenshift.contract.node_sdk import is_own
from greenshift.settings import FunctionSettings

_LOCK_FILES = ("npm-shrinkwrap.json", "package-lock.json")  # npm reads the first that exists


@dataclass(frozen=True)
class FunctionSource:
    """What is on disk for one function."""

    function: Function
    selection: Selection
    texts: Mapping[str, str]
    """The user's own Node sources, by name in the package."""
    contents: Contents
    npm_packages: frozenset[str] | None
    """What npm will install for it besides development; None without a package.json."""

    @property
    def key(self) -> str:
        return self.function.key

    def file(self, name: str) -> str:
        """A name in the package, from the project's root."""
        return f"{self.function.directory}/{name}"


def read_function(
    root: Path, key: str, settings: FunctionSettings, *, allows_old_sdk: bool = False
) -> FunctionSource:
    """Raises the build kit's ``BuildFailure`` for what a build could not even read."""
    function = Function(
        key=key,
        directory=settings.directory,
        runtime=settings.runtime,
        handler=settings.handler,
        test=settings.test,
        build=settings.build,
        exclude=tuple(settings.exclude),
        allows_old_sdk=allows_old_sdk,
    )
    directory = root / settings.directory
    contents = survey(key, directory, root, settings.runtime)
    selection = select(directory, None, function.exclude)
    own = {name: path for name, path in selection.files.items() if is_own(name)}
    return FunctionSource(
        function=function,
        selection=selection,
        texts={name: path.read_text(encoding="utf-8", errors="replace") for name, path in own.items()},
        contents=contents,
        npm_packages=_npm_packages(directory) if contents.npm is not None else None,
    )


def _npm_packages(directory: Path) -> frozenset[str]:
    """Named in package.json, and what the lock file adds to it; without a lock file that cannot be told."""
    package = _json(directory / "package.json")
    named = {name for part in ("dependencies", "optionalDependencies") for name in _mapping(package, part)}
    lock = next((directory / name for name in _LOCK_FILES if (directory / name).is_file()), None)
    return frozenset(named | (_locked(_json(lock)) if lock is not None else set()))


def _locked(lock: Mapping[str, Any]) -> set[str]:
    """At the top of node_modules and not for development; lock file versions 2 and 3, then 1."""
    prefix = "node_modules/"
    found = {
        name.removeprefix(prefix): entry
        for name, entry in _mapping(lock, "packages").items()
        if name.startswith(prefix) and name.count(prefix) == 1
    }
    found = found or dict(_mapping(lock, "dependencies"))
    return {name for name, entry in found.items() if isinstance(entry, dict) and not entry.get("dev")}


def _json(path: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _mapping(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = document.get(key)
    return found if isinstance(found, dict) else {}

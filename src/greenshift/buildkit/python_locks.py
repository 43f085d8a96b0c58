"""Lock files of Python: what uv, poetry, pdm and pipenv have written down, as requirements for pip.

Each lock file has every package with its version and hashes, so no tool but pip is needed to install what is
locked, and groups for development stay out: only what the project's own dependencies lead to is taken.
Sources: uv's "Locking and syncing", poetry's "Basic usage", pdm's "Lock file" and pipenv's "Pipfile.lock".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .failure import BuildFailure
from .markers import holds, read_toml, split_requirement

TOOLS = {"uv.lock": "uv", "poetry.lock": "poetry", "pdm.lock": "pdm", "Pipfile.lock": "pipenv"}


@dataclass(frozen=True)
class Locked:
    """``lines`` are a requirements file; ``local`` are packages of the repository itself, as folders."""

    file: str
    tool: str
    lines: tuple[str, ...]
    local: tuple[Path, ...] = ()
    installs_project: bool = True
    """Whether the directory is a package itself, as the tool would install it."""


def python_lock(function: str, directory: Path, root: Path, python: str) -> Locked | None:
    """The lock file that counts for a directory; uv's may stand at the root of its workspace.

    ``python`` is the version the function runs on, such as ``3.13``, for markers.
    """
    for name, tool in TOOLS.items():
        for folder in _folders(directory, root) if tool == "uv" else (directory,):
            path = folder / name
            if path.is_file():
                try:
                    return _READERS[tool](path, directory, python)
                except (ValueError, KeyError, TypeError, AttributeError) as error:
                    raise BuildFailure(function, f"{name}: cannot be read ({error})") from None
    return None


def _folders(directory: Path, root: Path) -> Iterator[Path]:
    """The directory, and what is above it up to the source's root."""
    yield directory
    for folder in directory.parents:
        if not folder.is_relative_to(root):
            return
        yield folder


@dataclass(frozen=True)
class _Package:
    name: str
    version: str
    hashes: tuple[str, ...]
    dependencies: tuple[tuple[str, str], ...]
    """Name and marker."""
    url: str = ""
    local: Path | None = None
    is_virtual: bool = False


def _uv(path: Path, directory: Path, python: str) -> Locked:
    packages = [_uv_package(entry, path.parent) for entry in read_toml(path).get("package", [])]
    project = read_toml(directory / "pyproject.toml").get("project", {}).get("name", "")
    own = next((each for each in packages if each.name == _normal(project)), None)
    if own is None:
        raise ValueError(f"it has no package {project!r}; run uv lock")
    found = _reached(packages, own.dependencies, python)
    return _locked(path, "uv", found, installs_project=not own.is_virtual)


def _uv_package(entry: Mapping[str, Any], root: Path) -> _Package:
    source = entry.get("source", {})
    files = [*entry.get("wheels", []), *([entry["sdist"]] if "sdist" in entry else [])]
    below = next((source[key] for key in ("editable", "directory", "virtual") if key in source), None)
    git, _, commit = str(source.get("git", "")).partition("#")
    return _Package(
        name=_normal(entry["name"]),
        version=str(entry.get("version", "")),
        hashes=tuple(each["hash"] for each in files if "hash" in each),
        dependencies=tuple((_normal(d["name"]), d.get("marker", "")) for d in entry.get("dependencies", [])),
        url=f"git+{git.partition('?')[0]}@{commit}" if git else str(source.get("url", "")),
        local=root / below if below is not None else None,
        is_virtual="virtual" in source,
    )


def _poetry(path: Path, directory: Path, python: str) -> Locked:
    document = read_toml(directory / "pyproject.toml")
    poetry = document.get("tool", {}).get("poetry", {})
    packages = [_poetry_package(entry) for entry in read_toml(path).get("package", [])]
    wanted = [
        *map(split_requirement, document.get("project", {}).get("dependencies", [])),
        *_poetry_dependencies(poetry.get("dependencies", {})),
    ]
    found = _reached(packages, [(_normal(name), marker) for name, marker in wanted], python)
    return _locked(path, "poetry", found, installs_project=poetry.get("package-mode", True))


def _poetry_package(entry: Mapping[str, Any]) -> _Package:
    source = entry.get("source", {})
    is_git = source.get("type") == "git"
    return _Package(
        name=_normal(entry["name"]),
        version=str(entry["version"]),
        hashes=tuple(each["hash"] for each in entry.get("files", [])),
        dependencies=tuple(_poetry_dependencies(entry.get("dependencies", {}))),
        url=f"git+{source['url']}@{source['resolved_reference']}" if is_git else "",
    )


def _poetry_dependencies(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, said in found.items():
        for one in said if isinstance(said, list) else [said]:
            about = one if isinstance(one, dict) else {}
            if _normal(name) != "python" and not about.get("optional"):
                yield _normal(name), str(about.get("markers", ""))


def _pdm(path: Path, directory: Path, python: str) -> Locked:
    document = read_toml(directory / "pyproject.toml")
    packages = [
        _Package(
            name=_normal(entry["name"]),
            version=str(entry["version"]),
            hashes=tuple(each["hash"] for each in entry.get("files", [])),
            dependencies=tuple(_pairs(entry.get("dependencies", []))),
        )
        for entry in read_toml(path).get("package", [])
        if not entry.get("extras")
    ]
    wanted = list(_pairs(document.get("project", {}).get("dependencies", [])))
    is_package = document.get("tool", {}).get("pdm", {}).get("distribution", "build-system" in document)
    return _locked(path, "pdm", _reached(packages, wanted, python), installs_project=is_package)


def _pairs(requirements: Iterable[str]) -> Iterator[tuple[str, str]]:
    for text in requirements:
        name, marker = split_requirement(text)
        yield _normal(name), marker


def _pipenv(path: Path, directory: Path, python: str) -> Locked:
    """Its section ``default`` is what is needed, and all of it."""
    default = json.loads(path.read_text(encoding="utf-8")).get("default", {})
    packages = [
        _Package(
            name=_normal(name),
            version=str(entry.get("version", "")).removeprefix("=="),
            hashes=tuple(entry.get("hashes", [])),
            dependencies=(),
            url=f"git+{entry['git']}@{entry['ref']}" if "git" in entry else "",
        )
        for name, entry in default.items()
        if holds(str(entry.get("markers", "")), python)
    ]
    return _locked(path, "pipenv", packages, installs_project=False)


_READERS: Mapping[str, Callable[[Path, Path, str], Locked]] = {
    "uv": _uv,
    "poetry": _poetry,
    "pdm": _pdm,
    "pipenv": _pipenv,
}


def _reached(packages: Iterable[_Package], wanted: Iterable[tuple[str, str]], python: str) -> list[_Package]:
    """Everything the wanted ones lead to on that Python; what is only for development is not reached."""
    by_name: dict[str, _Package] = {}
    for package in packages:
        by_name.setdefault(package.name, package)
    found: dict[str, _Package] = {}
    waiting = [name for name, marker in wanted if holds(marker, python)]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        if name not in by_name:
            raise ValueError(f"{name} is needed and not locked; lock again")
        found[name] = by_name[name]
        waiting += [each for each, marker in found[name].dependencies if holds(marker, python)]
    return list(found.values())


def _locked(path: Path, tool: str, packages: Iterable[_Package], *, installs_project: bool) -> Locked:
    listed = sorted(packages, key=lambda package: package.name)
    remote = [package for package in listed if package.local is None]
    # With one hash pip wants all of them, and a commit of git has none.
    hashed = all(package.hashes and not package.url for package in remote)
    lines = tuple(_line(package, hashed=hashed) for package in remote)
    local = tuple(package.local for package in listed if package.local is not None and not package.is_virtual)
    return Locked(path.name, tool, lines, local, installs_project)


def _line(package: _Package, *, hashed: bool) -> str:
    if package.url:
        return f"{package.name} @ {package.url}"
    hashes = "".join(f" --hash={each}" for each in sorted(package.hashes)) if hashed else ""
    return f"{package.name}=={package.version}{hashes}"


def _normal(name: str) -> str:
    """PyPA, "Names and normalization"."""
    return re.sub(r"[-_.]+", "-", name).lower()

"""Which tool installs a Node directory, at which version, and where: the repository's own statement.

``packageManager`` of package.json says it (Node.js documentation, "Corepack"), else the lock file does. In a
workspace both stand at its root. What the build image does not have is run through ``npx``, which fetches it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .excludes import Excludes
from .failure import BuildFailure

LOCKS = {
    "npm-shrinkwrap.json": "npm",
    "package-lock.json": "npm",
    "yarn.lock": "yarn",
    "pnpm-lock.yaml": "pnpm",
    "bun.lock": "bun",
    "bun.lockb": "bun",
}
# Used where packageManager does not say; pnpm's own table of lock files and versions.
_YARN_CLASSIC, _YARN_BERRY, _BUN = "1.22.22", "4", "1"
_PNPM = {"5": "7", "6": "8", "9": "9"}


@dataclass(frozen=True)
class NodeProject:
    """``root`` is where the lock file is, ``tool`` one of npm, yarn, berry, pnpm and bun."""

    tool: str
    version: str
    root: Path
    lock: str
    is_member: bool
    """Whether it is in a workspace, where the root's installation also serves others."""

    @property
    def is_plain_npm(self) -> bool:
        return self.tool == "npm" and not self.is_member


def node_project(function: str, directory: Path, source: Path) -> NodeProject | None:
    """None without a package.json."""
    if not (directory / "package.json").is_file():
        return None
    root = _workspace(function, directory, source)
    home = root or directory
    lock = next((name for name in LOCKS if (home / name).is_file()), "")
    tool, version = _stated(function, home)
    if not tool and LOCKS.get(lock) == "yarn":
        is_berry = "__metadata:" in (home / lock).read_text(encoding="utf-8", errors="replace")[:2000]
        tool, version = ("berry", _YARN_BERRY) if is_berry else ("yarn", _YARN_CLASSIC)
    elif not tool and LOCKS.get(lock) == "pnpm":
        tool, version = "pnpm", _pnpm_version(home / lock)
    tool = tool or LOCKS.get(lock, "npm")
    return NodeProject(tool, version or (_BUN if tool == "bun" else ""), home, lock, root is not None)


def install_command(project: NodeProject) -> tuple[str, ...]:
    """The command that installs what is locked; it fails when the lock file does not fit package.json."""
    if project.tool == "npm":
        return ("npm", "ci") if project.lock else ("npm", "install", "--no-package-lock")
    package = "@yarnpkg/cli-dist" if project.tool == "berry" else project.tool
    program = "yarn" if project.tool == "berry" else project.tool
    frozen = "--immutable" if project.tool == "berry" else "--frozen-lockfile"
    at = f"@{project.version}" if project.version else ""
    install = ("install", *((frozen,) if project.lock else ()))
    return ("npx", "--yes", "--package", f"{package}{at}", program, *install)


ENVIRONMENT: Mapping[str, str] = {
    # Lambda's Node has no plug'n'play resolver (Yarn documentation, nodeLinker).
    "YARN_NODE_LINKER": "node-modules",
    "YARN_ENABLE_TELEMETRY": "0",
    "COREPACK_ENABLE_STRICT": "0",
}


def _stated(function: str, home: Path) -> tuple[str, str]:
    said = read_package(function, home).get("packageManager")
    found = re.fullmatch(r"(npm|yarn|pnpm|bun)@(\d[^+]*)(?:\+.*)?", said) if isinstance(said, str) else None
    if found is None:
        return "", ""
    tool, version = found.groups()
    return ("berry" if tool == "yarn" and not version.startswith(("0.", "1.")) else tool), version


def _pnpm_version(lock: Path) -> str:
    text = lock.read_text(encoding="utf-8", errors="replace")[:500]
    found = re.search(r"lockfileVersion:\s*['\"]?(\d+)", text)
    return _PNPM.get(found.group(1) if found else "", "10")


def _workspace(function: str, directory: Path, source: Path) -> Path | None:
    """The nearest root above that the directory is a member of; the directory itself, when it is a root."""
    for folder in _upwards(directory, source):
        patterns = _members(function, folder)
        if patterns is None:
            continue
        name = directory.relative_to(folder).as_posix()
        left_out = Excludes.of([f"/{each[1:].strip('/')}" for each in patterns if each.startswith("!")])
        taken = Excludes.of([f"/{each.strip('./')}" for each in patterns if not each.startswith("!")])
        if folder == directory or (taken.match(name) and not left_out.match(name)):
            return folder
    return None


def _upwards(directory: Path, source: Path) -> Iterator[Path]:
    yield directory
    for folder in directory.parents:
        if not folder.is_relative_to(source):
            return
        yield folder


def _members(function: str, folder: Path) -> list[str] | None:
    """The patterns of a workspace's members; None for a folder that is the root of none."""
    pnpm = folder / "pnpm-workspace.yaml"
    if pnpm.is_file():
        return _yaml_list(pnpm.read_text(encoding="utf-8"), "packages")
    if not (folder / "package.json").is_file():
        return None
    found = read_package(function, folder).get("workspaces")
    if isinstance(found, dict):  # yarn's long form
        found = found.get("packages")
    return [str(each) for each in found] if isinstance(found, list) else None


def _yaml_list(text: str, key: str) -> list[str]:
    """A list of texts at the top of a YAML file; there is no YAML in Python, and no more is needed here."""
    found = re.search(rf"^{key}:[^\S\n]*\n((?:[^\S\n]*(?:-.*|#.*)?\n?)*)", text, re.MULTILINE)
    items = re.findall(r"^\s*-\s*(.+?)\s*(?:#.*)?$", found.group(1), re.MULTILINE) if found else []
    return [item.strip("'\"") for item in items]


def read_package(function: str, folder: Path) -> Mapping[str, Any]:
    """package.json of a folder; empty where there is none."""
    path = folder / "package.json"
    if not path.is_file():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BuildFailure(function, f"package.json: not JSON ({error})") from None
    if not isinstance(found, dict):
        raise BuildFailure(function, "package.json: must be an object")
    return found

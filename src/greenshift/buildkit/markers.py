"""TOML and environment markers on whatever Python the build image has, with what pip itself brings.

tomllib came with Python 3.11, and packaging is no part of Python; pip carries both.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_NAME = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")


def read_toml(path: Path) -> Mapping[str, Any]:
    """The document; an empty one where there is no file. ValueError for what is no TOML."""
    if not path.is_file():
        return {}
    toml = _first("tomllib", "tomli", "pip._vendor.tomli")
    found: Mapping[str, Any] = toml.loads(path.read_text(encoding="utf-8"))
    return found


def split_requirement(text: str) -> tuple[str, str]:
    """``requests[socks]>=2; sys_platform == "linux"`` -> ("requests", 'sys_platform == "linux"')."""
    found = _NAME.match(text)
    if found is None:
        raise ValueError(f"{text!r} is no requirement")
    return found.group(1), text.partition(";")[2].strip()


def holds(marker: str, python: str) -> bool:
    """Whether a marker holds in Lambda, on that version of Python (developer guide: Amazon Linux)."""
    if not marker:
        return True
    markers = _first("packaging.markers", "pip._vendor.packaging.markers")
    environment = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "os_name": "posix",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "extra": "",
    }
    return bool(markers.Marker(marker).evaluate(environment))


def _first(*names: str) -> Any:
    for name in names:
        try:
            return importlib.import_module(name)
        except ImportError:
            continue
    raise ValueError(f"none of {', '.join(names)} is on this build's Python")

"""What a new project's requirements.txt says, so that another machine gets the Greenshift that made it.

Where Greenshift came from is in its ``direct_url.json`` [PEP 610]. From a git repository or a web address,
pip on another machine can fetch it from there. Otherwise there is nothing pip can be told: a bare name would
be fetched from the public index, where anybody may publish a package of that name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any

from greenshift import __version__

_NAME = "greenshift"


def installed() -> tuple[Mapping[str, Any], str]:
    """Where the Greenshift that runs was installed from, {} when that is not known; and its version."""
    try:
        told = distribution(_NAME).read_text("direct_url.json")
    except PackageNotFoundError:
        told = None
    return (json.loads(told) if told else {}), __version__


def requirement(origin: Mapping[str, Any], version: str) -> str:
    """The file: one requirement, or one line that says how to install it."""
    where = _fetched_from(origin)
    if where:
        return f"{_NAME} @ {where}\n"
    return (
        f"# Greenshift {version} made this, from a file, which pip cannot fetch elsewhere. There, first:"
        f" python -m pip install greenshift-{version}-py3-none-any.whl"
        " (python -m pip wheel --no-deps DIRECTORY-OF-GREENSHIFT writes that file)\n"
    )


def _fetched_from(origin: Mapping[str, Any]) -> str:
    """An address for pip; "" where only this machine has it."""
    url = str(origin.get("url", ""))
    if not url.startswith(("https://", "ssh://")):
        return ""
    if "vcs_info" in origin:
        vcs = origin["vcs_info"]
        return f"{vcs['vcs']}+{url}@{vcs['commit_id']}"
    hashes = origin.get("archive_info", {}).get("hashes", {})
    return url + (f"#sha256={hashes['sha256']}" if "sha256" in hashes else "")

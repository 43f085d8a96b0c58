"""The code of a function's live version: its own scripts, without what it has installed."""

from __future__ import annotations

import io
import urllib.request
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

from greenshift.contract.node_sdk import SCRIPTS, is_own
from greenshift.reading.functions import read_code
from greenshift.verify.reading.function import configuration
from greenshift.verify.stack import Stack
from greenshift.view import FunctionOutputs

# Larger packages are not fetched: this is a check that runs often.
LARGEST = 20 * 1024 * 1024
_SECONDS = 60


@dataclass(frozen=True)
class Package:
    """``scripts`` maps a path to its text; ``obstacle`` says why they could not be looked at."""

    runtime: str
    scripts: Mapping[str, str] = field(default_factory=dict)
    installed: frozenset[str] = frozenset()
    """The folders of packages in its node_modules, wherever those are: `node_modules/aws-sdk/`."""
    obstacle: str = ""


def is_node(stack: Stack, function: FunctionOutputs) -> bool:
    found = configuration(stack, function.name)
    return found is not None and found.runtime.startswith("nodejs")


def read_package(stack: Stack, function: FunctionOutputs) -> Package:
    found = stack.aws.read(read_code, "lambda", function.name, function.alias)
    if found is None:
        return Package("", obstacle=f"there is no alias {function.alias}")
    runtime, size = found.runtime, found.size
    if size > LARGEST:
        return Package(runtime, obstacle=f"the package is large: {size / 1024 / 1024:.0f} MB")
    try:
        with urllib.request.urlopen(found.location, timeout=_SECONDS) as answer:
            return unpack(runtime, answer.read())
    except OSError as problem:
        return Package(runtime, obstacle=f"the package cannot be fetched: {problem}")


def unpack(runtime: str, content: bytes) -> Package:
    """The scripts of a zip; what is not text is none."""
    scripts: dict[str, str] = {}
    installed: set[str] = set()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            own, modules, below = name.partition("node_modules/")
            if below:
                installed.add(f"{own}{modules}{below.split('/')[0]}/")
            elif is_own(name, SCRIPTS):
                scripts[name] = archive.read(name).decode(errors="replace")
    return Package(runtime, scripts, frozenset(installed))

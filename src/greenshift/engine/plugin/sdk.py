"""What Pulumi's own SDK for AWS says of the types in our table: properties, outputs, versions.

The table has what we understand; the shapes of it stand in ``pulumi_aws``, whose classes know Pulumi's names
and types of everything. Nothing of it is written a second time here.
"""

from __future__ import annotations

import json
import keyword
import re
import threading
import warnings
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pulumi import _types

_RELEASE = re.compile(r"v?(\d+)\.(\d+)\.(\d+)")
_importing = threading.Lock()  # pulumi_aws loads its modules late, and not for two threads at once
_GO = re.compile(r"github\.com/pulumi/pulumi-aws/sdk/v\d+ (v[\w.+-]+)")


@cache
def resource_class(token: str) -> type[Any]:
    """``aws:lambda/function:Function`` -> ``pulumi_aws.lambda_.Function``."""
    return _load(token, "")


@cache
def arguments_class(token: str) -> type[Any]:
    """The class of its inputs; where a nested type has that name already, the SDK calls it InitArgs."""
    return _load(token, "InitArgs", "Args")


def function(token: str) -> tuple[Any, Any]:
    """A data source and the class of its answer: ``aws:sqs/getQueue:getQueue`` -> ``pulumi_aws.sqs``'s."""
    name = token.rsplit(":", 1)[-1]
    folder = token.split(":")[1].partition("/")[0]
    place = "" if folder == "index" else f".{folder}_" if keyword.iskeyword(folder) else f".{folder}"
    with _importing:
        module = import_module(f"pulumi_aws{place}.{_snake(name)}")
        return getattr(module, _snake(name)), getattr(module, f"{name[0].upper()}{name[1:]}Result")


@cache
def outputs(token: str) -> Mapping[str, Any]:
    """Output property -> its type."""
    return dict(_types.resource_types(resource_class(token)))


def _load(token: str, *suffixes: str) -> type[Any]:
    """A module of the SDK loads itself when something of it is first asked for, and warns of what is old."""
    _, path, name = token.split(":")
    folder, _, file = path.partition("/")
    package = f"{folder}_" if keyword.iskeyword(folder) else folder
    with _importing, warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        # First the whole of it: a file that is asked for first is missing in the package for ever.
        getattr(import_module(f"pulumi_aws.{package}"), name)
        module = import_module(f"pulumi_aws.{package}.{_snake(file)}")
        found: type[Any] = next(
            getattr(module, name + each) for each in suffixes if hasattr(module, name + each)
        )
    return found


def _snake(name: str) -> str:
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in name)


def expected_version(project: Path) -> str:
    """The newest version that an SDK of the project may ask for; the engine warns of an older provider."""
    found = [version("pulumi-aws"), *_node_version(project), *_go_version(project)]
    return max(found, key=_order).removeprefix("v")


def _node_version(project: Path) -> Iterator[str]:
    file = project / "node_modules" / "@pulumi" / "aws" / "package.json"
    if file.is_file():
        yield str(json.loads(file.read_text()).get("version", ""))


def _go_version(project: Path) -> Iterator[str]:
    file = project / "go.mod"
    if file.is_file():
        yield from _GO.findall(file.read_text())


def _order(text: str) -> tuple[int, ...]:
    match = _RELEASE.match(text)
    return tuple(map(int, match.groups())) if match else ()

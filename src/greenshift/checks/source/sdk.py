"""Version 2 of the AWS SDK for JavaScript in a function whose runtime does not have it.

Here it gets its line, and the packages of version 3 that take its place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path

from greenshift.checks.finding import Finding
from greenshift.checks.source.function import FunctionSource
from greenshift.contract.node_sdk import SOURCES, Use, uses_of_missing_sdk

_LOADS = re.compile(r"""['"]aws-sdk(?P<path>/[^'"]*)?['"]""")
# const AWS = require('aws-sdk'); import AWS from 'aws-sdk'; import * as AWS from 'aws-sdk'
_WHOLE = re.compile(
    r"""(?:(?:const|let|var)\s+(\w+)\s*(?::\s*\w+\s*)?=\s*require\(\s*|import\s+(?:\*\s+as\s+)?(\w+)\s+from\s+)"""
    r"""['"]aws-sdk['"]"""
)
# const { S3, DynamoDB: Database } = require('aws-sdk'); import { S3 } from 'aws-sdk'
_PARTS = re.compile(
    r"""(?:(?:const|let|var|import)\s*)\{([^}]*)\}\s*(?:=\s*require\(\s*|from\s+)['"]aws-sdk['"]"""
)
_DOCUMENT_CLIENT = re.compile(r"\bDocumentClient\b")


def check_sdk_version(source: FunctionSource) -> Iterator[Finding]:
    """A finding for each file that loads ``aws-sdk`` and will not find it."""
    installed = _installed(source)
    names = {*installed, *source.texts}
    uses = uses_of_missing_sdk(source.function.runtime, names, lambda name: source.texts[name], SOURCES)
    for name, found in groupby(uses, lambda use: use.file):
        yield _finding(source, source.texts[name], tuple(found))


def _installed(source: FunctionSource) -> tuple[str, ...]:
    """The package's names; with a package.json, npm decides what is in node_modules and not the disk."""
    if source.npm_packages is None:
        return tuple(source.selection.files)
    return tuple(f"node_modules/{name}/package.json" for name in source.npm_packages)


def _finding(source: FunctionSource, text: str, uses: Sequence[Use]) -> Finding:
    services = services_used(text)
    packages = sorted({package for service in services for package in packages_for(service)})
    used = f" for {', '.join(services)}" if services else ""
    return Finding(
        rule="sdk-v2",
        level="warning" if source.function.allows_old_sdk else "error",
        function=source.key,
        file=source.file(uses[0].file),
        line=uses[0].line,
        what=f"loads 'aws-sdk' (version 2){used}",
        why=f"{source.function.runtime} bundles version 3 only, so the function fails when it is loaded",
        fix=f"use {', '.join(packages) or '@aws-sdk/client-<service>'}; "
        "or name aws-sdk in package.json's dependencies",
    )


def services_used(text: str) -> list[str]:
    """The services of version 2 a file names, as version 2 writes them.

    >>> services_used("const AWS = require('aws-sdk'); const s3 = new AWS.S3()")
    ['S3']
    """
    names: set[str] = set()
    for match in _LOADS.finditer(text):
        path = (match["path"] or "").lower()
        if path.startswith("/clients/"):
            names.add(_by_lower_case().get(path.removeprefix("/clients/").removesuffix(".js"), ""))
    for match in _WHOLE.finditer(text):
        alias = re.escape(match[1] or match[2])
        names.update(re.findall(rf"\b{alias}\.([A-Z]\w*)", text))
    for match in _PARTS.finditer(text):
        names.update(re.split(r":|\bas\b", part)[0].strip() for part in match[1].split(","))
    found = sorted(name for name in names if name in _packages())
    if "DynamoDB" in found and _DOCUMENT_CLIENT.search(text):
        found.insert(found.index("DynamoDB") + 1, "DynamoDB.DocumentClient")
    return found


def packages_for(service: str) -> list[str]:
    return _packages().get(service, [])


@cache
def _packages() -> dict[str, list[str]]:
    """Version 2's class name -> version 3's packages."""
    document = json.loads((Path(__file__).parent / "sdk_v3.json").read_text(encoding="utf-8"))
    packages: dict[str, list[str]] = document["packages"]
    return packages


@cache
def _by_lower_case() -> dict[str, str]:
    return {name.lower(): name for name in _packages()}

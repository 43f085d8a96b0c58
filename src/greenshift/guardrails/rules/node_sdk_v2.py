"""Node.js 18 and newer carry only version 3 of AWS's SDK (developer guide, "Lambda runtimes")."""

from __future__ import annotations

import re
from collections.abc import Iterator

from greenshift.guardrails.aws_types import FUNCTION
from greenshift.guardrails.resources import Archive, Resource
from greenshift.guardrails.rule import MANDATORY, Rule

FIRST_WITHOUT = 18
_SUFFIXES = (".js", ".mjs", ".cjs")
_LOADS = re.compile(
    r"""(?:require\(\s*|from\s+|import\s+|import\(\s*)['"]aws-sdk(?:/clients/(\w+)|/[^'"]*)?['"]"""
)


def check(function: Resource) -> Iterator[str]:
    runtime = function.inputs.text("runtime") or ""
    code = function.inputs.archive("code")
    if code is None or not _is_without(runtime) or _brings_it(code):
        return
    for name in sorted(code.files):
        if name.endswith(_SUFFIXES) and "node_modules/" not in name:
            yield from _uses(name, code.files[name](), runtime)


def _uses(name: str, text: str, runtime: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), 1):
        found = _LOADS.search(line)
        if found:
            package = f"@aws-sdk/client-{found.group(1)}" if found.group(1) else "@aws-sdk/client-*"
            yield f"{name}:{number} loads 'aws-sdk' (version 2), which {runtime} has not; use {package}"


def _is_without(runtime: str) -> bool:
    found = re.fullmatch(r"nodejs(\d+)\.x", runtime)
    return found is not None and int(found.group(1)) >= FIRST_WITHOUT


def _brings_it(code: Archive) -> bool:
    return any("node_modules/aws-sdk/" in name for name in code.files)


RULE = Rule(
    name="node-sdk-v2",
    why="A function that loads a module its runtime does not have fails at its first invocation.",
    mend="use the version 3 packages (@aws-sdk/client-...), or package aws-sdk with the function",
    level=MANDATORY,
    types=(FUNCTION,),
    check=check,
)

"""Whether a Node function asks for the AWS SDK v2, which no runtime from Node 18 on brings along."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from greenshift.verify.check import Check, Section, Subject
from greenshift.verify.reading.package import Package, is_node, read_package
from greenshift.verify.result import Verdict, nothing_but, passed, skipped
from greenshift.verify.stack import Stack

# Node 16 brought v2, 18 and later bring v3 alone (developer guide: "Runtime-included SDK versions").
_LAST_WITH_V2 = 16
_NAME = r"""['"]aws-sdk(?:/[^'"]*)?['"]"""
_ASKS = re.compile(rf"\brequire\s*\(\s*{_NAME}|\bfrom\s*{_NAME}|\bimport\s*\(?\s*{_NAME}")


def no_sdk_v2(package: Package) -> Verdict:
    if package.obstacle:
        return skipped(package.obstacle)
    if _version(package.runtime) <= _LAST_WITH_V2:
        return passed(f"{package.runtime} brings v2")
    if "aws-sdk" in package.installed:
        return passed("it brings v2 itself")
    return nothing_but(_asking(package), when_none=f"{len(package.scripts)} scripts looked at")


def _asking(package: Package) -> Iterator[str]:
    for name, text in sorted(package.scripts.items()):
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.lstrip().startswith("//") and _ASKS.search(line):
                yield f"{name}, line {number} asks for aws-sdk, which {package.runtime} does not have"


def _version(runtime: str) -> int:
    """22 for nodejs22.x; the oldest one is just ``nodejs``."""
    digits = re.search(r"\d+", runtime)
    return int(digits.group()) if digits else 0


def _subjects(stack: Stack) -> Iterator[Subject[Package]]:
    for function in stack.functions:
        if is_node(stack, function):
            yield Subject(f"code of {function.name}", partial(read_package, stack, function))


SECTION: Section[Package] = Section(
    subjects=_subjects,
    checks=(
        Check(
            name="sdk",
            expected="no function asks for an SDK its runtime does not have",
            judge=no_sdk_v2,
            mend="use version 3, a package per service such as @aws-sdk/client-dynamodb; then release",
        ),
    ),
)

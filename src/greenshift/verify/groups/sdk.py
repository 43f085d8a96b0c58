"""Whether a Node function asks for the AWS SDK v2, which no runtime from Node 18 on brings along."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from greenshift.contract.node_sdk import lacks_sdk_v2, uses_of_missing_sdk
from greenshift.verify.check import Check, Section, Subject
from greenshift.verify.reading.package import Package, is_node, read_package
from greenshift.verify.result import Verdict, nothing_but, passed, skipped
from greenshift.verify.stack import Stack


def no_sdk_v2(package: Package) -> Verdict:
    if package.obstacle:
        return skipped(package.obstacle)
    if not lacks_sdk_v2(package.runtime):
        return passed(f"{package.runtime} brings v2")
    if "node_modules/aws-sdk/" in package.installed:
        return passed("it brings v2 itself")
    return nothing_but(_asking(package), when_none=f"{len(package.scripts)} scripts looked at")


def _asking(package: Package) -> Iterator[str]:
    names = {*package.scripts, *package.installed}
    for use in uses_of_missing_sdk(package.runtime, names, lambda name: package.scripts[name]):
        yield f"{use.file}, line {use.line} asks for aws-sdk, which {package.runtime} does not have"


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
            fix="use version 3, a package per service such as @aws-sdk/client-dynamodb; then release",
        ),
    ),
)

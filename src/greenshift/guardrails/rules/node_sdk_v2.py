"""Node.js 18 and newer carry only version 3 of AWS's SDK (developer guide, "Lambda runtimes")."""

from __future__ import annotations

from collections.abc import Iterator

from greenshift.contract.node_sdk import uses_of_missing_sdk
from greenshift.guardrails.aws_types import FUNCTION
from greenshift.guardrails.resources import Resource
from greenshift.guardrails.rule import MANDATORY, Rule


def check(function: Resource) -> Iterator[str]:
    runtime = function.inputs.text("runtime") or ""
    code = function.inputs.archive("code")
    if code is None:
        return
    for use in uses_of_missing_sdk(runtime, code.files, lambda name: code.files[name]()):
        what = f"{use.file}:{use.line} loads 'aws-sdk' (version 2), which {runtime} has not"
        yield f"{what}; use {use.replacement}"


RULE = Rule(
    name="node-sdk-v2",
    why="A function that loads a module its runtime does not have fails at its first invocation.",
    mend="use the version 3 packages (@aws-sdk/client-...), or package aws-sdk with the function",
    level=MANDATORY,
    types=(FUNCTION,),
    check=check,
)

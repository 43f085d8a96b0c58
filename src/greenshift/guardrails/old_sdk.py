"""Functions that load version 2 of AWS's SDK for JavaScript, and whether a layer may bring it.

Node.js 18 and newer carry only version 3 (developer guide, "Lambda runtimes").
"""

from __future__ import annotations

from collections.abc import Iterator

from greenshift.contract.node_sdk import uses_of_missing_sdk
from greenshift.guardrails.aws_types import FUNCTION, LAYER_VERSION
from greenshift.guardrails.resources import Resource, Stack

# Where Node finds what a layer brings (developer guide, "Layer paths for each Lambda runtime").
_IN_A_LAYER = ("nodejs/node_modules/aws-sdk/", "node_modules/aws-sdk/")


def uses(stack: Stack) -> Iterator[tuple[Resource, str, bool]]:
    """Each use with what is wrong, and whether one of the function's layers brings it, or might."""
    for function in stack.of(FUNCTION):
        code, runtime = function.inputs.archive("code"), function.inputs.text("runtime") or ""
        if code is None:
            continue
        for use in uses_of_missing_sdk(runtime, code.files, lambda name, code=code: code.files[name]()):  # type: ignore[misc]
            what = f"{use.file}:{use.line} loads 'aws-sdk' (version 2), which {runtime} has not"
            yield function, f"{what}; use {use.replacement}", _layers_may_bring_it(stack, function)


def _layers_may_bring_it(stack: Stack, function: Resource) -> bool:
    """A layer of this program is looked into; one made elsewhere, or not to be seen, may bring anything."""
    if not function.inputs.has("layers"):
        return False
    origins = function.property_dependencies.get("layers", ())
    ours = [layer for layer in stack.of(LAYER_VERSION) if layer.urn in origins]
    is_from_elsewhere = not ours or bool(function.inputs.texts("layers"))
    return is_from_elsewhere or any(layer.inputs.archive("code") is None for layer in ours) or _brings(ours)


def _brings(layers: list[Resource]) -> bool:
    archives = (layer.inputs.archive("code") for layer in layers)
    return any(name.startswith(_IN_A_LAYER) for code in archives if code for name in code.files)

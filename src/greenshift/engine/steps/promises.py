"""What a preview says of outputs: those that AWS will decide are unknown."""

from __future__ import annotations

from greenshift.engine.plugin import sdk
from greenshift.engine.properties.values import UNKNOWN, Properties, Value
from greenshift.engine.provider import TypeSpec
from greenshift.engine.state.checkpoint import ResourceState


def computed(spec: TypeSpec, type_: str) -> dict[str, Value]:
    """Every output of a new resource that AWS decides, as an unknown."""
    if spec.is_stand_in:
        return {}
    return {key: UNKNOWN for key in sdk.outputs(type_) if key not in spec.properties}


def with_unknowns(
    spec: TypeSpec, type_: str, old: ResourceState | None, outputs: Properties
) -> dict[str, Value]:
    """The outputs a preview knows, and beside them those it does not."""
    if old is None:
        return {**computed(spec, type_), **outputs}
    return {**{key: UNKNOWN for key in spec.volatile if key in old.outputs}, **outputs}

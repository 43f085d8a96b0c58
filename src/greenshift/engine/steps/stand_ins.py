"""Resources that are in the state and nowhere else, because the twin has nothing of their type.

Their inputs carry a mark, so that the state tells them from all others, and a later version that knows the
type makes them for real.
"""

from __future__ import annotations

from collections.abc import Iterable

from greenshift.engine.properties.values import Properties
from greenshift.engine.provider import TypeSpec
from greenshift.engine.state.checkpoint import ResourceState

MARK = "__standIn"
HOST = "stand-in.invalid"

SPEC = TypeSpec(
    properties=frozenset(),
    replace=frozenset(),
    update=frozenset(),
    identity=(),
    volatile=frozenset(),
    is_open=True,
    is_stand_in=True,
)
"""Whatever changes of it is an update."""


def is_stand_in(state: ResourceState) -> bool:
    return MARK in state.inputs


def left_out(spec: TypeSpec, inputs: Properties) -> list[str]:
    """The properties that a type does not understand, which are kept without effect."""
    return sorted(set(inputs) - spec.properties - {"region"}) if spec.is_open and not spec.is_stand_in else []


def told(states: Iterable[ResourceState]) -> list[str]:
    """``name (type)`` of each stand-in."""
    return sorted(f"{state.name} ({state.type})" for state in states if is_stand_in(state))

"""What the engine asks of the code that knows a cloud. ``aws.provider`` is the one implementation.

A provider sees plain values: no secrets, no unknowns (assets stay assets). What it refuses, it refuses with
an ``EngineError`` that names the type or the property.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from greenshift.engine.properties.values import Properties, Value, plain
from greenshift.errors import EngineError


@dataclass(frozen=True)
class TypeSpec:
    """How changes of one resource type are carried out."""

    properties: frozenset[str]
    replace: frozenset[str]  # a change of these needs a new resource
    update: frozenset[str]  # a change of these is one of the type's update calls
    identity: tuple[str, ...]  # two resources with equal values here cannot exist at once
    volatile: frozenset[str]  # outputs that an update may change
    shared: frozenset[str] = frozenset()  # what another resource may set as well
    is_open: bool = False  # properties it does not list are kept, without effect
    is_stand_in: bool = False  # it exists in the state alone
    in_place_when: Mapping[str, tuple[str, Value]] = field(default_factory=dict)  # see ``replacing``
    told_once: frozenset[str] = frozenset()  # outputs that nobody can read again: the state keeps them

    def replacing(self, inputs: Properties) -> frozenset[str]:
        """The properties whose change needs a new resource, where it is to have these inputs."""
        spared = {
            key for key, (other, value) in self.in_place_when.items() if plain(inputs.get(other)) == value
        }
        return self.replace - spared


@dataclass(frozen=True)
class Found:
    """A resource that exists: its id and all its output properties."""

    id: str
    outputs: dict[str, Value]


@dataclass(frozen=True)
class Observed:
    """A resource as it is now: the inputs that would make it, and all its outputs."""

    id: str
    inputs: dict[str, Value]
    outputs: dict[str, Value]


class NothingDone(EngineError):
    """A call was refused as a whole: nothing of it is there to be found later."""


class InTheStateAlone(EngineError):
    """There is nothing to look at: the state is all there is of a resource."""

    def __init__(self) -> None:
        super().__init__("it is in the state alone")


class PropertyError(EngineError):
    """One property of a resource is not accepted: which one."""

    def __init__(self, key: str, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.key = key


class Provider(Protocol):
    def get_ready(self, type_: str) -> None:
        """A resource of this type will be asked for (with "", a function): load what that takes."""

    def spec(self, type_: str) -> TypeSpec: ...

    def check(self, type_: str, urn: str, inputs: Properties, old: Properties | None) -> dict[str, Value]:
        """The inputs with the physical name filled in; refuses properties it does not support."""

    def create(self, type_: str, inputs: Mapping[str, Value]) -> Found:
        """Raises ``NothingDone``, as the next two do, when it was refused before anything came of it."""

    def update(self, type_: str, found: Found, old: Properties, new: Properties) -> Found: ...

    def delete(self, type_: str, found: Found, inputs: Properties) -> None:
        """Delete it; not an error when it is gone already."""

    def find(self, type_: str, inputs: Mapping[str, Value]) -> Found | None:
        """Look for the resource that a create with these inputs makes; None when there is none."""

    def read(self, type_: str, id_: str, inputs: Mapping[str, Value]) -> Found | None:
        """Look at a resource of the state; None when it is gone. Raises ``InTheStateAlone``."""

    def observe(self, type_: str, id_: str) -> Observed | None:
        """Look at a resource of which only the id is known; None when there is none."""

    def foresee(self, type_: str, inputs: Properties) -> tuple[str, dict[str, Value]]:
        """The id and outputs that a create with these inputs will give, as far as they can be told."""

    def invoke(self, token: str, args: Properties) -> dict[str, Value]: ...

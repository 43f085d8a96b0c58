"""What a table entry says about one resource type.

properties   every input it understands; any other is refused
replace      those whose change needs a new resource
name         the property that is the physical name (generated when the program gives none)
identity     properties that tell two of its kind apart on AWS (default: name, else the replace ones)
create/read/delete   a function each; ``read`` also finds a resource by its inputs, when ``id`` is empty
update       groups of properties, each with the call that changes them, in the order they are applied
volatile     outputs that an update may change, so a preview must not promise them
defaults     what a property is when the program does not say, as the AWS provider has it; outputs only
own_id       of what an import says (``apiId/id``), the part that is the id
beginning    what a generated name must begin with (``alias/``)
ending       what it must end with (``.fifo``)
shared       properties that another resource may set as well: no drift where the program is silent
in_place_when  a property of ``replace`` that is updated where another has this value
told_once    outputs that only the call that made or changed it tells: the state keeps them
observe      id -> the inputs that would make what is there; None when it is gone (see ``observed``)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from greenshift.engine.aws.calls import Calls, Document


@dataclass(frozen=True)
class Seen:
    """A resource that exists: its id and what AWS adds to its inputs."""

    id: str
    outputs: Document


@dataclass(frozen=True)
class Change:
    """An update of one resource, as a group's function sees it."""

    id: str
    old: Document
    new: Document

    def changed(self, properties: frozenset[str]) -> Document:
        """The new values of those that differ; None for one that was removed."""
        return {
            key: self.new.get(key) for key in sorted(properties) if self.old.get(key) != self.new.get(key)
        }

    @property
    def tags_set(self) -> dict[str, str]:
        old = self.old.get("tags") or {}
        return {key: value for key, value in (self.new.get("tags") or {}).items() if old.get(key) != value}

    @property
    def tags_removed(self) -> list[str]:
        return sorted(set(self.old.get("tags") or {}) - set(self.new.get("tags") or {}))


@dataclass(frozen=True)
class Update:
    """``apply`` may answer what there is now, where nobody can read it afterwards."""

    properties: frozenset[str]
    apply: Callable[[Calls, Change], Seen | None]


def no_ending(inputs: Document) -> str:
    """A generated name ends as it is."""
    return ""


@dataclass(frozen=True)
class Entry:
    token: str
    service: str
    properties: frozenset[str]
    create: Callable[[Calls, Document], Seen]
    read: Callable[[Calls, Document, str], Seen | None]
    delete: Callable[[Calls, Document, str], None]
    replace: frozenset[str] = frozenset()
    update: tuple[Update, ...] = ()
    name: str | None = None
    longest_name: int = 64
    identity: tuple[str, ...] = ()
    volatile: frozenset[str] = frozenset()
    has_region: bool = True
    defaults: Mapping[str, Any] = field(default_factory=dict)
    observe: Callable[[Calls, str], Document | None] | None = None
    own_id: Callable[[str], str] = str
    beginning: str = ""
    ending: Callable[[Document], str] = no_ending
    shared: frozenset[str] = frozenset()
    in_place_when: Mapping[str, tuple[str, Any]] = field(default_factory=dict)
    told_once: frozenset[str] = frozenset()


def keys(text: str) -> frozenset[str]:
    """``keys("name tags")``: a set of property names, readable in a table."""
    return frozenset(text.split())


def nothing(calls: Calls, change: Change) -> None:
    """The property matters to us only (``forceDestroy``): there is nothing to call."""

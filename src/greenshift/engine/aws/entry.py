"""What a table entry says about one resource type.

properties   every input it understands; any other is refused
replace      those whose change needs a new resource
name         the property that is the physical name (generated when the program gives none)
identity     properties that tell two of its kind apart on AWS (default: name, else the replace ones)
create/read/delete   a function each; ``read`` also finds a resource by its inputs, when ``id`` is empty
update       groups of properties, each with the call that changes them, in the order they are applied
volatile     outputs that an update may change, so a preview must not promise them
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

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
    properties: frozenset[str]
    apply: Callable[[Calls, Change], None]


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


def keys(text: str) -> frozenset[str]:
    """``keys("name tags")``: a set of property names, readable in a table."""
    return frozenset(text.split())


def nothing(calls: Calls, change: Change) -> None:
    """The property matters to us only (``forceDestroy``): there is nothing to call."""

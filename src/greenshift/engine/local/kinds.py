"""What an entry of a type without a cloud says: functions of inputs, and what they answer is the outputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Document = dict[str, Any]
Made = tuple[str, Document]
"""Id and outputs."""


@dataclass(frozen=True)
class Local:
    """``replace`` and ``update`` are properties; an update is a function of (inputs, outputs before)."""

    token: str
    create: Callable[[Path, Document], Made]
    replace: frozenset[str]
    update: frozenset[str] = frozenset()
    change: Callable[[Path, Document, Document], Document] | None = None
    delete: Callable[[Path, Document, Document], None] | None = None
    volatile: frozenset[str] = frozenset()


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def keys(text: str) -> frozenset[str]:
    """A set of property names, readable in a table."""
    return frozenset(words(text))


Invokes = Mapping[str, Callable[[Path, Document], Document]]

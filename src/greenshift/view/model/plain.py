"""A view as what JSON can hold: its fields, and the one-word answers it derives from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_type_hints

SCALARS = (bool, int, float, str)


def plain(value: Any) -> Any:
    """Dataclasses become objects, tuples lists; a property whose type is a scalar is a member as well.

    Properties that only pick from the fields (a release's changed functions) stay out: nothing is said twice.
    """
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if not is_dataclass(value) or isinstance(value, type):
        return value
    told = {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return told | {name: getattr(value, name) for name in derived(type(value))}


def derived(kind: type) -> tuple[str, ...]:
    """The names of a view's properties that are part of its JSON."""
    if kind not in _derived:
        _derived[kind] = tuple(_scalar_properties(kind))
    return _derived[kind]


_derived: dict[type, tuple[str, ...]] = {}


def _scalar_properties(kind: type) -> Iterator[str]:
    for name, member in vars(kind).items():
        if isinstance(member, property) and get_type_hints(member.fget).get("return") in SCALARS:
            yield name

"""Whether an event matches a pattern.

Every field of the pattern must match; a field of the event that the pattern does not name plays no part. An
array in the event matches when one of its members does, and fields of an object in an array must match in the
*same* object. Only values at the leaves exist: an empty array or object is as good as no field at all. Names
of the event are joined with dots as those of a pattern are: ``{"a.b": 1}`` is ``{"a": {"b": 1}}``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from greenshift.twin.events.patterns.tree import AnyOf, Leaf, Pattern

_ABSENT: Mapping[str, Any] = {}


def matches(pattern: Pattern, event: Mapping[str, Any]) -> bool:
    """Match one JSON object."""
    return all(_field_matches(test, _below(event, name)) for name, test in pattern.fields) and all(
        any(matches(choice, event) for choice in choices) for choices in pattern.alternatives
    )


def _below(event: Mapping[str, Any], name: str) -> Any:
    """What stands under a name, also under dotted names that begin with it."""
    start = f"{name}."
    value = event.get(name, _ABSENT)
    dotted = {key[len(start) :]: each for key, each in event.items() if key.startswith(start)}
    if not dotted:
        return value
    if isinstance(value, Mapping):
        return {**dotted, **value}
    return [*value, dotted] if isinstance(value, list) else [value, dotted]


def _field_matches(test: AnyOf | Pattern, value: Any) -> bool:
    if isinstance(test, AnyOf):
        return _leaf_matches(test, value)
    if isinstance(value, list):
        objects = list(_objects(value))
        return any(matches(test, each) for each in objects) if objects else matches(test, _ABSENT)
    return matches(test, value if isinstance(value, Mapping) else _ABSENT)


def _leaf_matches(test: AnyOf, value: Any) -> bool:
    leaves = list(_leaves(value))
    if not leaves:
        return test.accepts_absence()
    return any(test.accepts(leaf) for leaf in leaves)


def _leaves(value: Any) -> Iterator[Leaf]:
    if isinstance(value, list):
        for member in value:
            yield from _leaves(member)
    elif not isinstance(value, Mapping):
        yield value


def _objects(values: list[Any]) -> Iterator[Mapping[str, Any]]:
    for value in values:
        if isinstance(value, Mapping):
            yield value
        elif isinstance(value, list):
            yield from _objects(value)

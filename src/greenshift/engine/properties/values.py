"""What a property can hold, once it is inside the engine.

Pulumi sends properties as protobuf structs in which secrets, unknowns, assets and archives are dictionaries
with a magic key. ``wire`` turns those into the small types below at the door, so nothing further in has to
know the keys. Plain values stay plain Python: None, bool, int, float, str, list, dict.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True)
class Unknown:
    """A value that exists only after something else was created (preview only)."""


@dataclass(frozen=True)
class Secret:
    """A value that is encrypted at rest and never shown."""

    value: Value

    def __repr__(self) -> str:
        return "Secret(…)"


@dataclass(frozen=True)
class Asset:
    """One file: by text or by path. Two assets are equal when their content is (``hash``)."""

    hash: str
    text: str | None = field(default=None, compare=False)
    path: str | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Archive:
    """A tree of files: by path (folder or zip) or by members. Equal when the content is (``hash``)."""

    hash: str
    path: str | None = field(default=None, compare=False)
    members: Mapping[str, Asset | Archive] | None = field(default=None, compare=False)


Value: TypeAlias = (
    "bool | int | float | str | list[Value] | dict[str, Value] | Secret | Unknown | Asset | Archive | None"
)
Properties: TypeAlias = Mapping[str, Value]

UNKNOWN = Unknown()


def plain(value: Value) -> Value:
    """The value without its secret marks, for the provider and for comparing."""
    if isinstance(value, Secret):
        return plain(value.value)
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def plain_properties(properties: Properties) -> dict[str, Value]:
    return {key: plain(value) for key, value in properties.items()}


def has_secret(value: Value) -> bool:
    return any(isinstance(item, Secret) for item in walk(value))


def has_unknown(value: Value) -> bool:
    return any(isinstance(item, Unknown) for item in walk(value))


def walk(value: Value) -> Iterator[Value]:
    """The value and everything inside it, secrets opened."""
    yield value
    if isinstance(value, Secret):
        yield from walk(value.value)
    elif isinstance(value, list):
        for item in value:
            yield from walk(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from walk(item)


def secret_texts(properties: Properties) -> Iterator[str]:
    """Every text inside a secret, so that messages of others can be cleaned of them."""
    for value in properties.values():
        for item in walk(value):
            if isinstance(item, Secret):
                yield from (text for text in walk(item.value) if isinstance(text, str))

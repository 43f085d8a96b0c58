"""What a rule sees: resources with typed access to their inputs, and archives whose files can be read.

Names of inputs are Pulumi's own, in camelCase. A value that is not known yet (a preview) reads as absent
through ``text``, ``flag`` and ``number``; ``is_unknown`` and ``has`` tell the two apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias


class Unknown:
    """A value that exists only after something else was created."""


UNKNOWN: Final = Unknown()


@dataclass(frozen=True)
class Archive:
    """The files of a function's code, as far as they can be seen: name to a way to read it."""

    files: Mapping[str, Callable[[], str]]

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> Archive:
        return cls({name: _reader(text) for name, text in texts.items()})


def _reader(text: str) -> Callable[[], str]:
    return lambda: text


Value: TypeAlias = "bool | int | float | str | list[Value] | Mapping[str, Value] | Archive | Unknown | None"


class Inputs:
    """A resource's inputs, or a structure inside them."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = values

    def has(self, key: str) -> bool:
        """It is set, to whatever; also true while its value is not known."""
        return self._values.get(key) is not None

    def is_unknown(self, key: str) -> bool:
        return isinstance(self._values.get(key), Unknown)

    def text(self, key: str) -> str | None:
        value = self._values.get(key)
        return value if isinstance(value, str) else None

    def flag(self, key: str) -> bool | None:
        value = self._values.get(key)
        return value if isinstance(value, bool) else None

    def number(self, key: str) -> float | None:
        value = self._values.get(key)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

    def texts(self, key: str) -> tuple[str, ...]:
        """The known texts of a list."""
        return tuple(value for value in self._list(key) if isinstance(value, str))

    def item(self, key: str) -> Inputs:
        """A nested structure; an empty one when it is not there."""
        value = self._values.get(key)
        return Inputs(value if isinstance(value, Mapping) else {})

    def items(self, key: str) -> tuple[Inputs, ...]:
        """The structures of a list."""
        return tuple(Inputs(value) for value in self._list(key) if isinstance(value, Mapping))

    def keys(self) -> frozenset[str]:
        return frozenset(key for key in self._values if self.has(key))

    def every_text(self) -> Iterator[tuple[str, str]]:
        """Each known text anywhere in them, with the name it has where it stands."""
        for key, value in self._values.items():
            yield from _texts_in(key, value)

    def archive(self, key: str) -> Archive | None:
        value = self._values.get(key)
        return value if isinstance(value, Archive) else None

    def _list(self, key: str) -> Iterable[Value]:
        value = self._values.get(key)
        return value if isinstance(value, list) else ()


def _texts_in(key: str, value: Value) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _texts_in(name, inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts_in(key, inner)


@dataclass(frozen=True)
class Resource:
    type: str
    name: str
    urn: str
    inputs: Inputs
    is_protected: bool = False
    dependencies: tuple[str, ...] = ()
    """URNs; known to stack rules only."""
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For each input the URNs of the resources its value came from; known to stack rules only."""

    @property
    def stack(self) -> str:
        """``urn:pulumi:<stack>::<project>::<types>::<name>``"""
        return self.urn.split("::", 1)[0].removeprefix("urn:pulumi:")

    def is_inside(self, component: str) -> bool:
        """Whether a component of this type made it: a URN names the types of all parents."""
        types = self.urn.split("::")[2] if self.urn.count("::") > 1 else ""
        return component in types.split("$")[:-1]


@dataclass(frozen=True)
class Stack:
    """Everything a program registered."""

    resources: tuple[Resource, ...]

    def of(self, *types: str) -> Iterator[Resource]:
        return (resource for resource in self.resources if resource.type in types)

    def target(self, resource: Resource, key: str, type_: str, *names: str) -> Resource | None:
        """The resource of ``type_`` that an input refers to: where its value came from, else by its name.

        ``names`` are the inputs of the target that may hold the value; an ARN counts by its last part.
        """
        candidates = list(self.of(type_))
        origins = resource.property_dependencies.get(key, ())
        direct = [candidate for candidate in candidates if candidate.urn in origins]
        if direct:
            return direct[0]
        value = resource.inputs.text(key)
        if not value:
            return None
        last = value.rsplit("/", 1)[-1].rsplit(":", 1)[-1]
        return next((found for found in candidates if _is_called(found, names, {value, last})), None)


def _is_called(resource: Resource, names: Iterable[str], wanted: set[str]) -> bool:
    return any(resource.inputs.text(name) in wanted for name in names)

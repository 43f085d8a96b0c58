"""Objects to JSON: each once, under a number, so that what is one stays one, and circles are no matter.

null, true, 1, 1.5, "text"  themselves
[7]                         the object number 7
nodes[7]                    a word and what it needs, as ["list", 1, [8]] or
                            ["object", CLASS, items, attributes]
"""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from tempfile import SpooledTemporaryFile
from types import MethodType
from typing import Any

from greenshift.twin.snapshot import classes, values
from greenshift.twin.snapshot.errors import Unkeepable

_SCALARS = (type(None), bool, int, float, str)
_SEQUENCES: dict[type, str] = {list: "list", tuple: "tuple", set: "set", frozenset: "frozenset"}
_MAPPINGS: dict[type, str] = {dict: "dict", OrderedDict: "ordered", Counter: "counter"}


class Writer:
    """``outside`` are objects that are there again by themselves, by id; ``keep`` puts bytes beside."""

    def __init__(self, keep: Callable[[bytes], str], outside: Mapping[int, str]) -> None:
        self._keep = keep
        self._outside = outside
        self._nodes: list[Any] = []
        self._numbers: dict[int, int] = {}
        self._waiting: list[tuple[int, Any]] = []
        self._came_from: list[tuple[int, str]] = []
        self._within = -1

    def document(self, roots: Mapping[str, Any]) -> dict[str, Any]:
        """Everything that can be reached from the roots; raises Unkeepable with the way to what cannot be."""
        written = {name: self._value(value, name) for name, value in roots.items()}
        while self._waiting:
            self._within, value = self._waiting.pop()
            try:
                self._nodes[self._within] = self._node(value)
            except Unkeepable as refused:
                raise Unkeepable(f"{self._way(self._within)} holds {refused}") from None
        return {"roots": written, "nodes": self._nodes}

    def _value(self, value: Any, label: str) -> Any:
        if type(value) in _SCALARS:
            return value
        number = self._numbers.get(id(value))
        if number is None:
            number = self._numbers[id(value)] = len(self._nodes)
            self._nodes.append(None)
            self._came_from.append((self._within, label))
            # In this list until it is written, and in the state after: no id is used twice.
            self._waiting.append((number, value))
        return [number]

    def _node(self, value: Any) -> list[Any]:
        kind = type(value)
        if (name := self._outside.get(id(value))) is not None:
            return ["outside", name]
        if (word := _SEQUENCES.get(kind)) is not None:
            return [word, *self._all(value)]
        if (word := _MAPPINGS.get(kind)) is not None:
            return [word, *self._pairs(value)]
        if kind is deque:
            return ["deque", value.maxlen, *self._all(value)]
        if kind is defaultdict:
            factory = None if value.default_factory is None else classes.factory_name(value.default_factory)
            return ["default", factory, *self._pairs(value)]
        if kind in (bytes, bytearray):
            return [kind.__name__, self._keep(bytes(value))]
        if kind is SpooledTemporaryFile:
            return ["spooled", value._max_size, self._keep(_content(value))]
        if (form := values.form_of(kind)) is not None:
            return [form.word, *form.write(value)]
        if kind is MethodType:
            return ["method", *self._method(value)]
        if isinstance(value, Enum):
            return ["enum", classes.name_of(kind), value.name]
        return self._object(value, kind)

    def _method(self, value: MethodType) -> list[Any]:
        name = value.__func__.__name__
        try:
            classes.method_of(type(value.__self__), name)
        except LookupError as error:
            raise Unkeepable(str(error)) from None
        return [self._value(value.__self__, "self"), name]

    def _object(self, value: Any, kind: type) -> list[Any]:
        name = classes.name_of(kind)
        items: list[Any] | None = None
        if isinstance(value, dict):
            items = self._pairs(value)
        elif isinstance(value, (list, set, deque, str, int, float, bytes, tuple)):
            raise Unkeepable(name)
        attributes = {key: self._value(each, key) for key, each in attributes_of(value).items()}
        return ["object", name, items, attributes]

    def _all(self, found: Iterable[Any]) -> list[Any]:
        return [self._value(each, str(place)) for place, each in enumerate(found)]

    def _pairs(self, found: dict[Any, Any]) -> list[Any]:
        written: list[Any] = []
        # Past a class that shows them in another way; but an ordered one has its order in its own.
        pairs: Iterable[tuple[Any, Any]] = (
            OrderedDict.items(found) if isinstance(found, OrderedDict) else dict.items(found)
        )
        for key, each in pairs:
            written += [self._value(key, f"the key {key!r}"), self._value(each, str(key))]
        return written

    def _way(self, number: int) -> str:
        labels: list[str] = []
        while number >= 0:
            number, label = self._came_from[number]
            labels.append(label)
        return "/".join(reversed(labels))


def attributes_of(value: Any) -> dict[str, Any]:
    """What an object has, in its ``__dict__`` or in slots."""
    found = dict(getattr(value, "__dict__", {}))
    for name in slots_of(type(value)):
        if hasattr(value, name):
            found[name] = getattr(value, name)
    return found


def slots_of(kind: type) -> list[str]:
    """The names of a class's slots, its parents' among them."""
    found = []
    for each in kind.__mro__:
        slots = vars(each).get("__slots__", ())
        found += [slots] if isinstance(slots, str) else list(slots)
    return [name for name in found if name not in ("__dict__", "__weakref__")]


def _content(file: Any) -> bytes:
    place = file.tell()
    file.seek(0)
    content: bytes = file.read()
    file.seek(place)
    return content

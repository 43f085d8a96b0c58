"""JSON to objects, as ``writing`` wrote them: what there is, then what it has, then what it holds by key.

A key is hashed when it is put into a mapping, so whatever it consists of must be there by then. Nothing here
calls what a file names: an object is made bare, and its attributes are set.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Mapping
from enum import Enum
from tempfile import SpooledTemporaryFile
from types import MethodType
from typing import Any

from greenshift.twin.snapshot import classes, values
from greenshift.twin.snapshot.errors import Unreadable
from greenshift.twin.snapshot.writing import slots_of

_MAPPINGS: dict[str, Callable[[], Any]] = {"dict": dict, "ordered": OrderedDict, "counter": Counter}
_DEEPEST = 200
DAMAGED = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError, re.error)


class Reader:
    """``fetch`` gives the bytes beside the JSON; ``outside`` what is there already, by its name; ``meet`` is
    told of every object that is made.
    """

    def __init__(
        self,
        fetch: Callable[[str], bytes],
        outside: Callable[[str], Any],
        meet: Callable[[Any], None] = lambda _: None,
    ) -> None:
        self._fetch = fetch
        self._outside = outside
        self._meet = meet
        self._nodes: list[Any] = []
        self._made: list[Any] = []
        self._is_made: list[bool] = []

    def roots(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The objects of a document by their names; raises Unreadable."""
        try:
            return self._roots(document)
        except DAMAGED as error:
            raise Unreadable(f"it is damaged ({type(error).__name__}: {error})") from error

    def _roots(self, document: Mapping[str, Any]) -> dict[str, Any]:
        self._nodes = document["nodes"]
        self._made, self._is_made = [None] * len(self._nodes), [False] * len(self._nodes)
        for number in range(len(self._nodes)):
            self._make(number, 0)
        for number, node in enumerate(self._nodes):
            self._fill(self._made[number], node)
        for number, node in enumerate(self._nodes):
            self._key(self._made[number], node)
        return {name: self._value(value) for name, value in document["roots"].items()}

    def _value(self, written: Any) -> Any:
        return self._made[self._number(written)] if isinstance(written, list) else written

    def _number(self, written: list[Any]) -> int:
        [number] = written
        if not 0 <= number < len(self._nodes):
            raise IndexError(number)
        return int(number)

    def _make(self, number: int, depth: int) -> Any:
        if not self._is_made[number]:
            if depth > _DEEPEST:
                raise Unreadable("it is damaged: a tuple in a tuple, without end")
            self._made[number] = self._new(self._nodes[number], depth)
            self._is_made[number] = True
        return self._made[number]

    def _new(self, node: list[Any], depth: int) -> Any:
        word, rest = node[0], node[1:]
        match word:
            case "list":
                return []
            case "set":
                return set()
            case "tuple" | "frozenset":
                parts = [self._part(each, depth) for each in rest]
                return tuple(parts) if word == "tuple" else frozenset(parts)
            case "deque":
                return deque(maxlen=rest[0])
            case "default":
                return defaultdict(None if rest[0] is None else classes.factory_named(rest[0]))
            case "bytes":
                return self._fetch(rest[0])
            case "bytearray":
                return bytearray(self._fetch(rest[0]))
            case "spooled":
                return _spooled(rest[0], self._fetch(rest[1]))
            case "outside":
                return self._outside(rest[0])
            case "method":
                owner = self._part(rest[0], depth)
                return MethodType(classes.method_of(type(owner), rest[1]), owner)
            case "enum":
                return _member(classes.named(rest[0]), rest[1])
            case "object":
                made = _bare(classes.named(rest[0]), rest[1] is not None)
                self._meet(made)
                return made
        if word in _MAPPINGS:
            return _MAPPINGS[word]()
        return values.OF_WORD[word].read(*rest)

    def _part(self, written: Any, depth: int) -> Any:
        return self._make(self._number(written), depth + 1) if isinstance(written, list) else written

    def _fill(self, made: Any, node: list[Any]) -> None:
        match node[0]:
            case "list":
                made.extend(self._value(each) for each in node[1:])
            case "deque":
                made.extend(self._value(each) for each in node[2:])
            case "object":
                self._give(made, node[3])

    def _give(self, made: Any, attributes: Mapping[str, Any]) -> None:
        kind = type(made)
        if dataclasses.is_dataclass(kind):
            missing = {each.name for each in dataclasses.fields(kind)} - attributes.keys()
            if missing:
                raise Unreadable(
                    f"its {kind.__name__} has no {', '.join(sorted(missing))}: another Greenshift's"
                )
        slots = set(slots_of(kind))
        for name, written in attributes.items():
            if name in slots:
                object.__setattr__(made, name, self._value(written))
            else:
                # Into the dictionary itself: no property and no ``__class__`` is set by a name.
                made.__dict__[name] = self._value(written)

    def _key(self, made: Any, node: list[Any]) -> None:
        word = node[0]
        if word == "set":
            made.update(self._value(each) for each in node[1:])
            return
        if word in _MAPPINGS:
            pairs = node[1:]
        elif word == "default":
            pairs = node[2:]
        elif word == "object" and node[2] is not None:
            pairs = node[2]
        else:
            return
        # Past a class that takes items in its own way; but an ordered one keeps its order in its own.
        put = OrderedDict.__setitem__ if isinstance(made, OrderedDict) else dict.__setitem__
        for key, value in zip(pairs[::2], pairs[1::2], strict=True):
            put(made, self._value(key), self._value(value))


def _bare(kind: type, is_mapping: bool) -> Any:
    if is_mapping != issubclass(kind, dict) or issubclass(kind, (Enum, BaseException, type)):
        raise Unreadable(f"its {kind.__name__} is of another kind")
    if issubclass(kind, OrderedDict):
        return OrderedDict.__new__(kind)
    return dict.__new__(kind) if issubclass(kind, dict) else object.__new__(kind)


def _member(kind: type, name: str) -> Any:
    if not issubclass(kind, Enum):
        raise Unreadable(f"its {kind.__name__} is of another kind")
    return kind[name]


def _spooled(most: int, content: bytes) -> Any:
    file = SpooledTemporaryFile(most)  # noqa: SIM115 - whoever has the object closes it
    file.write(content)
    return file

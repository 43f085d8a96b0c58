"""Typed reading of JSON at the edge: every document that comes in is checked member by member, once.

A wrong document is a `Refusal` that names the document and the member, because it was written by another
program (the build, the deployment, AWS) and that program is what has to be fixed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TypeVar

from greenshift.release.errors import Refusal

T = TypeVar("T")


class Document:
    """One JSON object and where it was found: `release.json functions.0.sha256`."""

    def __init__(self, content: object, where: str) -> None:
        if not isinstance(content, Mapping):
            raise Refusal(f"{where}: expected an object, found {type(content).__name__}")
        self._content = content
        self.where = where

    @classmethod
    def parse(cls, text: str | bytes, where: str) -> Document:
        try:
            return cls(json.loads(text), where)
        except ValueError as error:
            raise Refusal(f"{where} is not JSON: {error}") from error

    def text(self, name: str, default: str | None = None) -> str:
        return self._read(name, str, default)

    def number(self, name: str, default: int | None = None) -> int:
        return self._read(name, int, default)

    def flag(self, name: str, default: bool | None = None) -> bool:
        return self._read(name, bool, default)

    def has(self, name: str) -> bool:
        """Whether the member is there and not null."""
        return self._content.get(name) is not None

    def within(self, name: str) -> Document:
        """The object under a member; a missing one reads as empty, so its own members are what is missed."""
        return Document(self._content.get(name) or {}, f"{self.where} {name}")

    def each(self, name: str) -> Iterator[Document]:
        items = self._content.get(name) or []
        if not isinstance(items, list):
            raise Refusal(f"{self.where}: {name} must be a list")
        return (Document(item, f"{self.where} {name}.{index}") for index, item in enumerate(items))

    def texts(self, name: str) -> tuple[str, ...]:
        items = self._content.get(name) or []
        if not isinstance(items, list):
            raise Refusal(f"{self.where}: {name} must be a list")
        return tuple(str(item) for item in items)

    def members(self) -> Iterator[tuple[str, Document]]:
        return ((str(name), Document(value, f"{self.where} {name}")) for name, value in self._content.items())

    def as_json(self, name: str) -> str | None:
        """A member kept as JSON text, for a value whose meaning is the user's; absent reads as None."""
        value = self._content.get(name)
        return None if value is None else json.dumps(value)

    def _read(self, name: str, kind: type[T], default: T | None) -> T:
        value = self._content.get(name)
        if value is None and default is not None:
            return default
        # A JSON true is an int to Python; a size of `true` is still wrong.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            found = "missing" if value is None else repr(value)
            raise Refusal(f"{self.where}: {name} is {found}, expected {kind.__name__}")
        return value


def expect_format(document: Document, version: int) -> None:
    """Refuse a document of a format this code was not written for."""
    found = document.number("formatVersion")
    if found != version:
        raise Refusal(
            f"{document.where} has formatVersion {found}, this controller reads {version};"
            " run `greenshift up` so that build and controller are of one version"
        )

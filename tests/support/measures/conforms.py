"""Whether a JSON value fits a schema of the few words ours uses; each misfit by its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_TYPES = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "null": type(None)}
_WORDS = {"$ref", "$defs", "$schema", "title", "description", "type", "properties", "required", "items",
          "additionalProperties", "anyOf"}  # fmt: skip


def conforms(value: Any, schema: dict[str, Any], name: str = "Snapshot") -> list[str]:
    """The misfits of a value and a type of the schema."""
    return list(_misfits(value, {"$ref": f"#/$defs/{name}"}, schema["$defs"], name))


def _misfits(value: Any, wanted: dict[str, Any], types: dict[str, Any], place: str) -> Iterator[str]:
    assert wanted.keys() <= _WORDS, f"{place}: a word this check does not know"
    if "$ref" in wanted:
        yield from _misfits(value, types[wanted["$ref"].rsplit("/", 1)[1]], types, place)
    elif "anyOf" in wanted:
        found = [list(_misfits(value, each, types, place)) for each in wanted["anyOf"]]
        yield from min(found, key=len)
    elif wanted["type"] == "array":
        for number, item in enumerate(value):
            yield from _misfits(item, wanted["items"], types, f"{place}[{number}]")
    elif wanted["type"] == "object":
        yield from _object_misfits(value, wanted, types, place)
    elif not isinstance(value, _TYPES[wanted["type"]]) or isinstance(value, bool) != (
        wanted["type"] == "boolean"
    ):
        yield f"{place}: {value!r} is no {wanted['type']}"


def _object_misfits(value: Any, wanted: dict[str, Any], types: dict[str, Any], place: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{place}: {value!r} is no object"
        return
    for name in sorted(set(wanted["required"]) ^ set(value)):
        yield f"{place}.{name}: missing or unknown"
    for name, described in wanted["properties"].items():
        if name in value:
            yield from _misfits(value[name], described, types, f"{place}.{name}")

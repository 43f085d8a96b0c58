"""The JSON Schema of what the view tells, made from its types; docs/reference/snapshot.schema.json is this.

Every field and every derived word of a view is a member, always there. What a member means is its docstring.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from greenshift.view.model import LedgerPage, Progress, Snapshot, Timeline
from greenshift.view.model.plain import derived
from greenshift.view.stats import Stats

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SCALARS = {str: "string", int: "integer", float: "number", bool: "boolean"}


def schema() -> dict[str, Any]:
    """``Snapshot`` at the root, and every type by name; the others stand on their own too."""
    definitions: dict[str, Any] = {}
    for kind in (Snapshot, Progress, LedgerPage, Timeline, Stats):
        _define(kind, definitions)
    return {
        "$schema": DIALECT,
        "title": "What Greenshift tells of a stack",
        "$ref": "#/$defs/Snapshot",
        "$defs": dict(sorted(definitions.items())),
    }


def _define(kind: type, definitions: dict[str, Any]) -> dict[str, Any]:
    """A reference to a type, which is described on the way when it was not yet."""
    if kind.__name__ not in definitions:
        definitions[kind.__name__] = {}
        definitions[kind.__name__].update(_object(kind, definitions))
    return {"$ref": f"#/$defs/{kind.__name__}"}


def _object(kind: type, definitions: dict[str, Any]) -> dict[str, Any]:
    members = {name: _described(_of(hint, definitions), text) for name, hint, text in _members(kind)}
    return {
        "type": "object",
        "description": inspect.cleandoc(kind.__doc__ or ""),
        "properties": members,
        "required": list(members),
        "additionalProperties": False,
    }


def _members(kind: type) -> Iterator[tuple[str, Any, str]]:
    """Name, type and meaning of each member."""
    hints, texts = get_type_hints(kind), _docstrings(kind)
    assert is_dataclass(kind), kind
    for each in fields(kind):
        yield each.name, hints[each.name], texts.get(each.name, "")
    for name in derived(kind):
        getter = vars(kind)[name].fget
        yield name, get_type_hints(getter)["return"], inspect.getdoc(getter) or ""


def _of(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    if hint in _SCALARS:
        return {"type": _SCALARS[hint]}
    if get_origin(hint) is tuple:
        return {"type": "array", "items": _of(get_args(hint)[0], definitions)}
    if get_origin(hint) is UnionType:
        some = [_of(each, definitions) for each in get_args(hint) if each is not NoneType]
        return {"anyOf": [*some, {"type": "null"}]}
    return _define(hint, definitions)


def _described(value: dict[str, Any], text: str) -> dict[str, Any]:
    return {**value, "description": " ".join(text.split())} if text else value


def _docstrings(kind: type) -> dict[str, str]:
    """The text that stands below each field."""
    (body,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(body, ast.ClassDef)
    found = {}
    for before, after in zip(body.body, body.body[1:], strict=False):
        if (
            isinstance(before, ast.AnnAssign)
            and isinstance(before.target, ast.Name)
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
        ):
            found[before.target.id] = str(after.value.value)
    return found

"""The words that the schemas of commands are written in."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
YES_OR_NO: Schema = {"type": "boolean"}
WHOLE: Schema = {"type": "integer", "minimum": 0}
NUMBER: Schema = {"type": "number", "minimum": 0}
ANYTHING: Schema = {}


def texts(*names: str) -> dict[str, Schema]:
    """Members that are text."""
    return dict.fromkeys(names, TEXT)


def obj(*optional: str, **members: Schema) -> Schema:
    """An object with these members and no others; those named first may be left out."""
    required = sorted(set(members) - set(optional))
    return {"type": "object", "properties": members, "required": required, "additionalProperties": False}


def listed(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def one_of(*values: str) -> Schema:
    return {"enum": list(values)}


def or_nothing(of: Schema) -> Schema:
    return {"anyOf": [of, {"type": "null"}]}


def of_view(name: str) -> Schema:
    """A type of the view, described by ``view.schema``."""
    return {"$ref": f"#/$defs/{name}"}

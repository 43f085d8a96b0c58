"""The package's schema: every component, its settings and outputs. Made from the settings' own model.

[Pulumi: package schema reference]
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from greenshift import __version__
from greenshift.settings import Settings
from greenshift.settings.fields import Section
from greenshift.settings.rollouts import STRATEGIES

NAME = "greenshift"
TEXT: dict[str, Any] = {"type": "string"}
TEXTS: dict[str, Any] = {"type": "object", "additionalProperties": TEXT}
ANYTHING: dict[str, Any] = {"$ref": "pulumi.json#/Any"}
_PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean"}

Document = dict[str, Any]


@dataclass(frozen=True)
class Component:
    """What a component takes beside the settings, and what it has to say when it is made."""

    meaning: str
    outputs: Mapping[str, Document]
    needs: Mapping[str, Document] = field(default_factory=dict)
    may_have: Mapping[str, Document] = field(default_factory=dict)


def document(components: Mapping[str, Component]) -> str:
    """The package of these components, by name."""
    types: dict[str, Document] = {}
    settings = _properties(Settings, types)
    resources = {
        token_of(name): {
            "isComponent": True,
            "description": each.meaning,
            "inputProperties": {**settings, **each.needs, **each.may_have},
            "requiredInputs": sorted(each.needs),
            "properties": dict(each.outputs),
            "required": [],
        }
        for name, each in components.items()
    }
    return json.dumps(
        {
            "name": NAME,
            "version": __version__,
            "description": "Safe releases of AWS Lambda functions",
            "types": types,
            "resources": resources,
            "language": {"nodejs": {"respectSchemaVersion": True}, "python": {"respectSchemaVersion": True}},
        }
    )


def setting_names() -> list[str]:
    return [field.alias or name for name, field in Settings.model_fields.items()]


def token_of(component: str) -> str:
    return f"{NAME}:index:{component}"


def _properties(section: type[Section], types: dict[str, Document]) -> dict[str, Document]:
    return {
        field.alias or name: _documented(field, _spec(field.annotation, types))
        for name, field in section.model_fields.items()
    }


def _documented(field: FieldInfo, spec: Document) -> Document:
    secret = {"secret": True} if SecretStr in get_args(field.annotation) else {}
    return {**spec, "description": f"{field.description} ({field.title})", **secret}


def _spec(kind: Any, types: dict[str, Document]) -> Document:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _spec(next(each for each in inner if each is not type(None)), types)
    if origin is Literal or kind in (SecretStr, *STRATEGIES):
        return dict(TEXT)
    if origin is dict:
        return {"type": "object", "additionalProperties": _spec(inner[1], types)}
    if origin is tuple:
        return {"type": "array", "items": _spec(inner[0], types)}
    if isinstance(kind, type) and issubclass(kind, Section):
        return {"$ref": f"#/types/{_object(kind, types)}"}
    return {"type": _PLAIN[kind]} if kind in _PLAIN else dict(ANYTHING)


def _object(kind: type[Section], types: dict[str, Document]) -> str:
    token = token_of(kind.__name__)
    if token not in types:
        types[token] = {"type": "object"}  # before its members: a type may hold itself
        required = [f.alias or name for name, f in kind.model_fields.items() if f.is_required()]
        types[token] = {
            "type": "object",
            "description": (kind.__doc__ or "").strip() if kind.__doc__ != Section.__doc__ else "",
            "properties": _properties(kind, types),
            "required": sorted(required),
        }
    return token

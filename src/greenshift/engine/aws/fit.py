"""Turns Pulumi properties into request parameters by reading botocore's model, so no shape is typed twice.

Members are matched without regard to case (``memorySize`` -> ``MemorySize``), values take the type the model
says (whole doubles become integers, everything in a map of strings becomes text). Where Pulumi's names or
forms differ, a rule for that path says how; what has neither a member nor a rule is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from botocore.model import Shape

from greenshift.errors import EngineError


@dataclass(frozen=True)
class Rule:
    """How one property differs: another member name, another form, or both."""

    name: str | None = None
    form: Callable[[Any], Any] | None = None


Rules = Mapping[str, Rule]  # path without indexes, "stages.actions.inputArtifacts" -> rule


def fit(shape: Shape, value: Any, rules: Rules, path: str = "") -> Any:
    """``value`` as the model's ``shape`` wants it."""
    match shape.type_name:
        case "structure":
            return _structure(shape, value, rules, path)
        case "list":
            return [fit(shape.member, item, rules, path) for item in _list(value)]
        case "map":
            return {str(key): fit(shape.value, item, rules, path) for key, item in value.items()}
        case "integer" | "long":
            return int(value)
        case "float" | "double":
            return float(value)
        case "boolean":
            return value if isinstance(value, bool) else str(value).lower() == "true"
        case "string":
            return _string(value)
    return value


def _structure(shape: Shape, value: Any, rules: Rules, path: str) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, item in value.items():
        if item is None:
            continue
        inner = f"{path}.{key}" if path else key
        rule = rules.get(inner, Rule())
        member = _members(shape).get((rule.name or key).lower())
        if member is None:
            raise EngineError(f"property {inner} is not supported")
        formed = rule.form(item) if rule.form else item
        result[member] = fit(shape.members[member], formed, rules, inner)
    return result


@cache
def _members(shape: Shape) -> dict[str, str]:
    return {name.lower(): name for name in shape.members}


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]


def _string(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else str(value)


def named(names: Any) -> list[dict[str, Any]]:
    """["a"] -> [{"name": "a"}], the form AWS uses for artifacts and alarms."""
    return [{"name": name} for name in names]


def tag_list(tags: Any) -> list[dict[str, str]]:
    """{"a": "b"} -> [{"Key": "a", "Value": "b"}]; ``fit`` mends the case."""
    return [{"key": key, "value": value} for key, value in tags.items()]

"""Turns Pulumi properties into request parameters by reading botocore's model, so no shape is typed twice.

Members are matched without regard to case (``memorySize`` -> ``MemorySize``), values take the type the model
says (whole doubles become integers, everything in a map of strings becomes text). Where Pulumi's names or
forms differ, a rule for that path says how; what has neither a member nor a rule is refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from greenshift.errors import EngineError

if TYPE_CHECKING:
    from botocore.model import Shape


@dataclass(frozen=True)
class Rule:
    """How one property differs: another member name, another form, or both. ``back`` undoes the form."""

    name: str | None = None
    form: Callable[[Any], Any] | None = None
    back: Callable[[Any], Any] | None = None


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


def unfit(shape: Shape, value: Any, rules: Rules, path: str = "") -> Any:
    """What AWS says of a ``shape``, in Pulumi's words: the other direction of ``fit``, for members without
    a rule of their own, or with one that can be undone.
    """
    match shape.type_name:
        case "structure":
            renamed = _renamed(rules, path)
            return {
                key: unfit(shape.members[member], item, rules, f"{path}.{key}")
                for member, item in value.items()
                if member in shape.members
                for key in (renamed.get(member.lower()) or _property(member),)
            }
        case "list":
            return [unfit(shape.member, item, rules, path) for item in value]
        case "map":
            return {str(key): unfit(shape.value, item, rules, path) for key, item in value.items()}
    return value


def observed(
    shape: Shape, answer: Mapping[str, Any], properties: frozenset[str], rules: Rules
) -> dict[str, Any]:
    """The properties that an answer tells of, in Pulumi's words."""
    by_name = {name.lower(): item for name, item in answer.items()}
    found: dict[str, Any] = {}
    for key in sorted(properties):
        rule = rules.get(key, Rule())
        name = (rule.name or key).lower()
        if by_name.get(name) is None or (rule.form and not rule.back):
            continue
        member = _members(shape).get(name)
        if rule.back:
            found[key] = rule.back(by_name[name])
        elif member is not None:
            found[key] = unfit(shape.members[member], by_name[name], rules, key)
    return found


def _renamed(rules: Rules, path: str) -> dict[str, str]:
    """The members directly below ``path`` whose property has another name: member -> property."""
    below = ((key.rpartition("."), rule) for key, rule in rules.items() if rule.name)
    return {rule.name.lower(): key for (outer, _, key), rule in below if outer == path and rule.name}


_LEADING = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]+")


def _property(member: str) -> str:
    """``KMSKeyArn`` -> ``kmsKeyArn``."""
    return _LEADING.sub(lambda match: match[0].lower(), member, count=1) if member[:1].isupper() else member


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
    """{"a": "b"} -> [{"Key": "a", "Value": "b"}]; ``fit`` fixes the case."""
    return [{"key": key, "value": value} for key, value in tags.items()]


def tag_map(tags: Any) -> dict[str, str]:
    """[{"Key": "a", "Value": "b"}] -> {"a": "b"}, whatever the service's case and prefix; a map stays one."""
    if isinstance(tags, Mapping):
        return {str(key): str(value) for key, value in tags.items()}
    pairs = [{name.lower().removeprefix("tag"): text for name, text in item.items()} for item in tags]
    return {str(pair["key"]): str(pair["value"]) for pair in pairs}


TAGS = Rule(form=tag_list, back=tag_map)

"""What a step changes, property by property, from Pulumi's detailed diff. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pulumi.automation.events import PropertyDiff, StepEventMetadata, StepEventStateMetadata
from pulumi.runtime.rpc import UNKNOWN

from greenshift.engine.events import PropertyChange
from greenshift.engine.properties.paths import parse
from greenshift.errors import EngineError

_SHOWN = 80  # characters, as in the engine's own lines
# Pulumi's mark of a special value in JSON, and of a secret among them [pulumi SDK: runtime/rpc.py].
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_NOTHING = object()


def property_changes(step: StepEventMetadata) -> tuple[PropertyChange, ...]:
    """In order of path; what forces a replacement is marked."""
    forcing = set(step.keys or ())
    if step.detailed_diff:
        return tuple(_detailed(step, path, diff) for path, diff in sorted(step.detailed_diff.items()))
    return tuple(_plain(step, key, key in forcing) for key in sorted(step.diffs or ()))


def is_unknown(value: Any) -> bool:
    """Whether a value, or a part of it, is known only after ``up``."""
    if isinstance(value, Mapping):
        return any(is_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(is_unknown(item) for item in value)
    return bool(value == UNKNOWN)


def is_secret(value: Any) -> bool:
    """Pulumi blinds secrets in events: as this word, or as a special value without its content."""
    return value == "[secret]" or (isinstance(value, Mapping) and _SIGNATURE in value)


def _detailed(step: StepEventMetadata, path: str, diff: PropertyDiff) -> PropertyChange:
    kind, _, replaces = diff.diff_kind.value.partition("-")
    before = _at(_state(step.old, inputs=diff.input_diff), path)
    after = _at(_state(step.new, inputs=True), path)
    match kind:
        case "add":
            return PropertyChange(path, "add", after=after, replaces=bool(replaces))
        case "delete":
            return PropertyChange(path, "remove", before=before, replaces=bool(replaces))
    return PropertyChange(path, "change", before, after, replaces=bool(replaces))


def _plain(step: StepEventMetadata, key: str, replaces: bool) -> PropertyChange:
    before, after = (_at(_state(state, inputs=True), key) for state in (step.old, step.new))
    return PropertyChange(key, "change", before, after, replaces=replaces)


def _state(state: StepEventStateMetadata | None, *, inputs: bool) -> Any:
    if state is None:
        return {}
    return (state.inputs if inputs else state.outputs) or state.inputs or {}


def _at(value: Any, path: str) -> str:
    try:
        keys = parse(path)
    except EngineError:
        return ""
    for key in keys:
        value = _inside(value, key)
    return "" if value is _NOTHING else _shown(value)


def _inside(value: Any, key: str | int) -> Any:
    if isinstance(value, Mapping):
        return value.get(str(key), _NOTHING)
    if isinstance(value, list) and isinstance(key, int) and key < len(value):
        return value[key]
    return _NOTHING


def _shown(value: Any) -> str:
    if is_secret(value):
        return "[secret]"
    if is_unknown(value):
        return "[known after it is created]"
    text = json.dumps(value, default=str)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"

"""What a program says about a resource beside its inputs, kept in the state as Pulumi keeps it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from greenshift.engine.properties.values import Value

_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_DURATION = re.compile(r"([0-9.]+)(ns|us|µs|ms|s|m|h)")


@dataclass(frozen=True)
class Options:
    """Options that the state records. Time-outs are in seconds by operation; hooks are names by kind."""

    deleted_with: str = ""
    replace_with: tuple[str, ...] = ()
    replacement_trigger: Value = None
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    hide_diff: tuple[str, ...] = ()
    custom_timeouts: Mapping[str, float] = field(default_factory=dict)
    hooks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    import_id: str = ""
    source_position: str = ""


@dataclass(frozen=True)
class Alias:
    """Another name a resource may have had: a URN, or the parts in which it differs."""

    urn: str = ""
    name: str = ""
    type: str = ""
    stack: str = ""
    project: str = ""
    parent: str = ""
    no_parent: bool = False


def seconds(text: str) -> float:
    """``5m30s`` -> 330.0; Go's form of a duration, as the SDKs send it."""
    return sum(float(number) * _UNITS[unit] for number, unit in _DURATION.findall(text))


def to_document(options: Options, trigger: Any, paths: Any) -> dict[str, Any]:
    """The options' part of a resource in a checkpoint; ``trigger`` and ``paths`` in their forms there."""
    return {
        "customTimeouts": dict(options.custom_timeouts),
        "importID": options.import_id,
        "deletedWith": options.deleted_with,
        "replaceWith": list(options.replace_with),
        "sourcePosition": options.source_position,
        "ignoreChanges": list(options.ignore_changes),
        "hideDiff": paths,
        "replaceOnChanges": list(options.replace_on_changes),
        "replacementTrigger": trigger,
        "resourceHooks": {kind: list(names) for kind, names in options.hooks.items()},
    }


def from_document(document: Mapping[str, Any], trigger: Value, hidden: tuple[str, ...]) -> Options:
    return Options(
        deleted_with=document.get("deletedWith", ""),
        replace_with=tuple(document.get("replaceWith") or ()),
        replacement_trigger=trigger,
        ignore_changes=tuple(document.get("ignoreChanges") or ()),
        replace_on_changes=tuple(document.get("replaceOnChanges") or ()),
        hide_diff=hidden,
        custom_timeouts={key: float(value) for key, value in (document.get("customTimeouts") or {}).items()},
        hooks={kind: tuple(names) for kind, names in (document.get("resourceHooks") or {}).items()},
        import_id=document.get("importID", ""),
        source_position=document.get("sourcePosition", ""),
    )

"""What all parts of a REST API have in common: how one is missing, its API's key, and how it is changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from greenshift.engine.aws.entry import Change
from greenshift.engine.aws.fit import Rule

NONE = ("NotFoundException",)
API = {"restApi": Rule("restApiId")}


def patches(change: Change, paths: dict[str, str]) -> list[dict[str, str]]:
    """What changed as the operations of a PATCH; a map is one operation an entry (API reference)."""
    return [each for key, path in paths.items() for each in _patch(change, key, path)]


def _patch(change: Change, key: str, path: str) -> Iterator[dict[str, str]]:
    old, new = change.old.get(key), change.new.get(key)
    if old == new:
        return
    if isinstance(old, dict) or isinstance(new, dict):
        before, after = dict(old or {}), dict(new or {})
        for name in sorted({*before, *after}):
            below = f"{path}/{name.replace('~', '~0').replace('/', '~1')}"
            if name not in after:
                yield {"op": "remove", "path": below}
            elif before.get(name) != after[name]:
                yield {"op": "replace", "path": below, "value": _text(after[name])}
    else:
        yield {"op": "replace", "path": path, "value": _text(new) if new is not None else ""}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

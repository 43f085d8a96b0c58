"""Comparing what a program wants with what the state has: pure functions on properties.

``ignored`` puts the old value back under every ignored path before the comparison, which is what
``ignore_changes`` means in Pulumi. ``changes`` lists the differences leaf by leaf, secrets masked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from greenshift.engine.events import PropertyChange
from greenshift.engine.properties import paths
from greenshift.engine.properties.values import (
    Archive,
    Asset,
    Properties,
    Secret,
    Unknown,
    Value,
    has_unknown,
    plain,
)

_SHOWN = 80  # characters of a value in an event


class _Missing:
    """No value: unlike None, which a program can set."""


_MISSING = _Missing()


def ignored(old: Properties, new: Properties, where: tuple[str, ...]) -> dict[str, Value]:
    """``new``, with the value of ``old`` at every path (and nothing where ``old`` has nothing)."""
    result: Value | _Missing = dict(new)
    for path in where:
        result = _keep(dict(old), result, paths.parse(path))
    return result if isinstance(result, dict) else {}


def _keep(old: Value | _Missing, new: Value | _Missing, keys: tuple[str | int, ...]) -> Value | _Missing:
    if not keys:
        return old
    if isinstance(new, Secret):
        kept = _keep(_open(old), new.value, keys)
        return kept if isinstance(kept, _Missing) else Secret(kept)
    old = _open(old)
    if isinstance(new, dict):
        return _keep_in_dict(old if isinstance(old, dict) else {}, new, keys)
    if isinstance(new, list) and isinstance(old, list):
        return _keep_in_list(old, new, keys)
    return new


def _keep_in_dict(
    old: dict[str, Value], new: dict[str, Value], keys: tuple[str | int, ...]
) -> dict[str, Value]:
    result = dict(new)
    names = sorted({*old, *new}) if keys[0] == "*" else [str(keys[0])]
    for name in names:
        kept = _keep(old.get(name, _MISSING), new.get(name, _MISSING), keys[1:])
        if isinstance(kept, _Missing):
            result.pop(name, None)
        else:
            result[name] = kept
    return result


def _keep_in_list(old: list[Value], new: list[Value], keys: tuple[str | int, ...]) -> list[Value]:
    result = list(new)
    indexes = range(len(new)) if keys[0] == "*" else [keys[0]] if isinstance(keys[0], int) else []
    for index in indexes:
        if index < len(new) and index < len(old):
            kept = _keep(old[index], new[index], keys[1:])
            if not isinstance(kept, _Missing):
                result[index] = kept
    return result


def _open(value: Value | _Missing) -> Value | _Missing:
    return value.value if isinstance(value, Secret) else value


def changed_keys(old: Properties, new: Properties) -> tuple[str, ...]:
    """Top-level properties that differ; an unknown new value counts as a change."""
    keys = sorted({*old, *new})
    return tuple(key for key in keys if not _equal(old.get(key), new.get(key)))


def _equal(old: Value, new: Value) -> bool:
    return not has_unknown(new) and plain(old) == plain(new)


def changes(
    old: Properties, new: Properties, replacing: frozenset[str] = frozenset()
) -> tuple[PropertyChange, ...]:
    """The differences for a person, in order of path; what forces a replacement is marked."""
    return tuple(
        change
        for key in changed_keys(old, new)
        for change in _leaves(key, old.get(key, _MISSING), new.get(key, _MISSING), False, key in replacing)
    )


def _leaves(
    path: str, old: Value | _Missing, new: Value | _Missing, secret: bool, replaces: bool
) -> Iterator[PropertyChange]:
    secret = secret or isinstance(old, Secret) or isinstance(new, Secret)
    old, new = _open(old), _open(new)
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new}):
            if old.get(key) != new.get(key):
                yield from _leaves(
                    paths.join(path, key), old.get(key, _MISSING), new.get(key, _MISSING), secret, replaces
                )
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (before, after) in enumerate(zip(old, new, strict=True)):
            if before != after:
                yield from _leaves(f"{path}[{index}]", before, after, secret, replaces)
    elif isinstance(new, _Missing):
        yield PropertyChange(path, "remove", before=_shown(old, secret), replaces=replaces)
    elif isinstance(old, _Missing):
        yield PropertyChange(path, "add", after=_shown(new, secret), replaces=replaces)
    else:
        yield PropertyChange(path, "change", _shown(old, secret), _shown(new, secret), replaces)


def _shown(value: Value | _Missing, secret: bool) -> str:
    if secret or (isinstance(value, Secret)):
        return "[secret]"
    if isinstance(value, Unknown):
        return "[known after it is created]"
    if isinstance(value, Asset | Archive):
        return f"{type(value).__name__.lower()} {value.hash[:8]}"
    text = json.dumps(value, default=_nested) if not isinstance(value, _Missing) else ""
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _nested(value: Value) -> str:
    return _shown(value, False)

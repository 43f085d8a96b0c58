"""One value inside a setting, set by a stack: ``greenshift:functions.charge.environment.LIMIT``.

The key is a path as Pulumi writes one (documentation, "Configuration": ``a.b[0]["c.d"]``). It changes that
one value of the project's setting; a key without a path still replaces the whole setting. Pulumi passes
every value as text, so a number or a truth value is taken for one, but not where the setting holds text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from greenshift.errors import SettingsError

_PART = re.compile(r"""(?P<name>[^.\[\]]+)|\[(?P<index>\d+)\]|\[["'](?P<quoted>[^"']+)["']\]|(?P<dot>\.)""")
#: Settings whose members are text, whatever it looks like.
_TEXTS = frozenset({"environment", "tags", "guardrails"})

Part = str | int


def is_path(key: str) -> bool:
    """Whether a key below ``greenshift:`` says a place inside a setting."""
    return "." in key or "[" in key


def setting_of(key: str) -> str:
    """The setting that a key is about: ``functions.charge.timeout`` -> ``functions``."""
    return re.split(r"[.\[]", key, maxsplit=1)[0]


def overlaid(document: Mapping[str, object], paths: Mapping[str, str], namespace: str) -> dict[str, object]:
    """``document`` with every value of ``paths`` (path -> text) in its place; shorter paths first."""
    result = json.loads(json.dumps(document))
    for path in sorted(paths, key=lambda key: (len(_parts(key, namespace)), key)):
        _put(result, path, paths[path], namespace)
    merged: dict[str, object] = result
    return merged


def _parts(path: str, namespace: str) -> list[Part]:
    found: list[Part] = []
    position = 0
    while position < len(path):
        match = _PART.match(path, position)
        if match is None:
            raise SettingsError(f"{namespace}:{path}", path[position:], "it must be a path, such as a.b[0].c")
        if match["index"] is not None:
            found.append(int(match["index"]))
        elif match["dot"] is None:
            found.append(match["name"] or match["quoted"])
        position = match.end()
    return found


def _put(document: Any, path: str, text: str, namespace: str) -> None:
    parts = _parts(path, namespace)
    key = f"{namespace}:{path}"
    at = document
    for depth, part in enumerate(parts[:-1]):
        at = _inside(at, part, key, is_function=depth == 1 and parts[0] == "functions")
    last = parts[-1]
    value = _typed(text, is_text=any(part in _TEXTS for part in parts[:-1]), before=_old(at, last))
    if isinstance(at, dict) and isinstance(last, str):
        at[last] = value
    elif isinstance(at, list) and isinstance(last, int) and last < len(at):
        at[last : last + 1] = [value]
    elif isinstance(at, list) and isinstance(last, int) and last == len(at):
        at.append(value)
    else:
        raise SettingsError(key, text, f"{last!r} is no place in what stands there")


def _inside(at: Any, part: Part, key: str, *, is_function: bool) -> Any:
    """What is below ``part``, made where there is nothing yet; but no function comes of a misspelt key."""
    if isinstance(at, dict) and isinstance(part, str):
        if is_function and part not in at:
            known = ", ".join(sorted(at)) or "none"
            raise SettingsError(key, part, f"it must be the key of a function; there are: {known}")
        return at.setdefault(part, {})
    if isinstance(at, list) and isinstance(part, int) and part < len(at):
        return at[part]
    raise SettingsError(key, part, "there is no such place in the setting")


def _old(at: Any, last: Part) -> Any:
    if isinstance(at, dict):
        return at.get(last)
    return at[last] if isinstance(at, list) and isinstance(last, int) and last < len(at) else None


def _typed(text: str, *, is_text: bool, before: Any) -> object:
    if is_text or isinstance(before, str):
        return text
    try:
        value: object = json.loads(text)
    except json.JSONDecodeError:
        return text
    return value

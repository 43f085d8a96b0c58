"""Property paths: ``stages[0].actions["a.b"].name``. Pure. [Pulumi: resource/property_path]"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from greenshift.errors import EngineError

Path = tuple[str | int, ...]

_PART = re.compile(r'\.?([^.\[\]"]+)|\[(\d+|\*)\]|\["((?:[^"\\]|\\.)*)"\]')
_PLAIN = re.compile(r'[^.\[\]"*]+')


def parse(text: str) -> Path:
    """``stages[0].actions["a.b"].name`` -> ("stages", 0, "actions", "a.b", "name")."""
    keys: list[str | int] = []
    position = 0
    while position < len(text):
        match = _PART.match(text, position)
        if match is None:
            raise EngineError(f"{text!r} is not a property path", hint="e.g. environment.variables.X")
        word, index, quoted = match.groups()
        keys.append(int(index) if index is not None and index != "*" else word or quoted or "*")
        position = match.end()
    return tuple(keys)


def join(path: str, key: str) -> str:
    """The path of a member; a key that could be read as more than one is quoted."""
    if _PLAIN.fullmatch(key):
        return f"{path}.{key}" if path else key
    return f"{path}[{json.dumps(key, ensure_ascii=False)}]"


def compose(keys: Iterable[str | int]) -> str:
    """The text of a parsed path."""
    text = ""
    for key in keys:
        text = f"{text}[{key}]" if isinstance(key, int) else join(text, key)
    return text


def contains(pattern: Path, path: Path) -> bool:
    """Whether a path is the one meant, or inside it; ``*`` stands for any key or index."""
    return len(pattern) <= len(path) and all(
        mine in ("*", theirs) for mine, theirs in zip(pattern, path, strict=False)
    )

"""JSON that somebody sent: read whole, or refused with a ValueError that says why.

Python's own reader takes what JSON does not have (``NaN``, ``Infinity``, half a surrogate pair) and gives up
on deep nesting with an error of the interpreter. Requests, policies and payloads are read here.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable
from typing import Any

# Deeper than anything AWS's models or a person's documents hold, and far from the interpreter's own limit,
# so that whoever walks what was read may do so recursively.
MAXIMUM_DEPTH = 200

_LONG = 100_000

Pairs = Callable[[list[tuple[str, Any]]], Any]


def _no_such_number(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


_READER = json.JSONDecoder(parse_constant=_no_such_number)
_TOO_DEEP = f"it is nested deeper than {MAXIMUM_DEPTH} levels"


def read_json(text: str | bytes, *, pairs: Pairs | None = None) -> Any:
    """``pairs`` makes what an object becomes, as ``object_pairs_hook`` of json does."""
    whole, found = _decoded(text, _READER if pairs is None else _reader_of(pairs))
    if whole.count("[") + whole.count("{") > MAXIMUM_DEPTH and _is_too_deep(found):
        raise ValueError(_TOO_DEEP)
    if "\\u" in whole:
        _check_characters(found)
    return found


def check_json(text: str | bytes) -> None:
    """For JSON that is only passed on: its depth is the reader's own matter."""
    _decoded(text, _READER)


def _decoded(text: str | bytes, reader: json.JSONDecoder) -> tuple[str, Any]:
    is_long = len(text) > _LONG
    if is_long:
        # Nothing read here is garbage; looking for some takes nine tenths of the time.
        gc.disable()
    try:
        whole = text if isinstance(text, str) else bytes(text).decode()
        return whole, reader.decode(whole)
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    except UnicodeDecodeError as error:
        raise ValueError(f"it is not UTF-8: {error.reason} at byte {error.start}") from None
    finally:
        if is_long:
            gc.enable()


def is_json(text: str | bytes) -> bool:
    try:
        read_json(text)
    except ValueError:
        return False
    return True


def _reader_of(pairs: Pairs) -> json.JSONDecoder:
    return json.JSONDecoder(parse_constant=_no_such_number, object_pairs_hook=pairs)


def _is_too_deep(found: Any) -> bool:
    level = [found]
    for _ in range(MAXIMUM_DEPTH):
        level = [
            inside
            for value in level
            for inside in (value.values() if isinstance(value, dict) else value)
            if isinstance(inside, list | dict) and inside
        ]
        if not level:
            return False
    return True


def _check_characters(found: Any) -> None:
    """Half a surrogate pair is no character: nothing that holds one can be written down again."""
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise ValueError("a \\u escape is half of a surrogate pair") from None

"""Values as they came over the wire -> what an operation gets, by botocore's shapes.

A value of the wrong kind is refused here, in the words of AWS's own deserializer, before anybody asks whether
it is within its bounds.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from botocore.model import Shape
from botocore.utils import parse_timestamp

from greenshift.twin.wire.shapes import fits

_PIECE = 4 << 20


class Unreadable(ValueError):
    """A value that cannot be what its shape says, in the words of AWS's own deserializer."""


def from_json(shape: Shape, value: Any) -> Any:
    """A value as it came in JSON -> the Python value an operation gets; unknown members are dropped.

    Raises Unreadable for a value of another kind than the shape's.
    """
    if value is None:
        return None
    return _READERS[shape.type_name](shape, value)


def _read_structure(shape: Shape, value: Any) -> Any:
    if not isinstance(value, dict):
        raise _unreadable(value, shape)
    if getattr(shape, "is_document_type", False):
        return value
    return {
        name: from_json(member, value[wire])
        for name, member in shape.members.items()
        if (wire := member.serialization.get("name", name)) in value and value[wire] is not None
    }


def _read_list(shape: Shape, value: Any) -> Any:
    if not isinstance(value, list):
        raise _unreadable(value, shape)
    member = shape.member
    read = _READERS[member.type_name]
    return [None if item is None else read(member, item) for item in value]


def _read_map(shape: Shape, value: Any) -> Any:
    if not isinstance(value, dict):
        raise _unreadable(value, shape)
    return {_read_text(shape.key, key): from_json(shape.value, item) for key, item in value.items()}


def _read_text(shape: Shape, value: Any) -> Any:
    if not isinstance(value, str):
        raise _unreadable(value, shape)
    return value


def _read_boolean(shape: Shape, value: Any) -> Any:
    if not isinstance(value, bool):
        raise _unreadable(value, shape)
    return value


def _read_integer(shape: Shape, value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int) or not fits(shape, value):
        raise _unreadable(value, shape)
    return value


def _read_number(shape: Shape, value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _unreadable(value, shape)
    try:
        return float(value) if isinstance(value, int) and abs(value) >= 1 << 53 else value
    except OverflowError:
        raise _unreadable(value, shape) from None


def _read_blob(shape: Shape, value: Any) -> Any:
    if isinstance(value, bytes):
        return value
    if not isinstance(value, str):
        raise _unreadable(value, shape)
    try:
        # In pieces: a package has 70 MB, and each piece keeps everybody else waiting.
        pieces = (value[at : at + _PIECE] for at in range(0, len(value), _PIECE))
        return b"".join(base64.b64decode(piece, validate=True) for piece in pieces)
    except ValueError:
        raise Unreadable("Invalid length for or illegal character in a base64 encoding") from None


def _read_timestamp(shape: Shape, value: Any) -> Any:
    """As a moment of the years 1 to 9999, in UTC."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | datetime):
        raise _unreadable(value, shape)
    try:
        parsed: datetime = value if isinstance(value, datetime) else parse_timestamp(value)
        return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError, RuntimeError):
        raise _unreadable(value, shape) from None


_READERS: dict[str, Callable[[Shape, Any], Any]] = {
    "structure": _read_structure,
    "list": _read_list,
    "map": _read_map,
    "string": _read_text,
    "character": _read_text,
    "boolean": _read_boolean,
    "integer": _read_integer,
    "long": _read_integer,
    "float": _read_number,
    "double": _read_number,
    "blob": _read_blob,
    "timestamp": _read_timestamp,
}


def _unreadable(value: Any, shape: Shape) -> Unreadable:
    if isinstance(value, dict):
        return Unreadable("Start of structure or map found where not expected.")
    if isinstance(value, list):
        return Unreadable("Start of list found where not expected")
    kind = "STRING_VALUE" if isinstance(value, str) else "NUMBER_VALUE"
    if isinstance(value, bool):
        kind = "TRUE_VALUE" if value else "FALSE_VALUE"
    wanted = _JAVA_NAMES.get(shape.type_name, shape.type_name.capitalize())
    return Unreadable(f"{kind} can not be converted to {'an' if wanted[0] in 'AI' else 'a'} {wanted}")


_JAVA_NAMES = {"structure": "Structure", "blob": "ByteBuffer", "timestamp": "Timestamp"}

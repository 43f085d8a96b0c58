"""Values against botocore's shapes: check them, write them to JSON.

Botocore checks types and required members, but no maximum, pattern or enum; a real service does. The
wording of a refusal follows AWS's ("Value '…' at '…' failed to satisfy constraint: …").
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from typing import Any

from botocore.model import OperationModel, Shape

_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "long": (int,),
    "boolean": (bool,),
    "float": (int, float),
    "double": (int, float),
    "blob": (bytes, bytearray),
    "timestamp": (datetime, int, float),
    "list": (list, tuple),
    "map": (Mapping,),
    "structure": (Mapping,),
}


MAXIMUM_ERRORS = 50


class OutputError(Exception):
    """A service of the twin answered with something AWS's model does not have: our bug, never a user's."""


def validation_errors(shape: Shape, value: Any, path: str = "") -> list[str]:
    """The ways in which a request does not satisfy its shape; of very many, the first."""
    return list(islice(_errors(shape, value, path), MAXIMUM_ERRORS))


def _errors(shape: Shape, value: Any, path: str) -> Iterator[str]:
    expected = _PYTHON_TYPES.get(shape.type_name)
    is_bool_for_number = isinstance(value, bool) and shape.type_name in ("integer", "long", "float", "double")
    if expected and (not isinstance(value, expected) or is_bool_for_number):
        yield _failed(value, path, f"Member must be of type {shape.type_name}")
        return
    if shape.type_name == "structure":
        yield from _structure_errors(shape, value, path)
    elif shape.type_name == "list":
        yield from (too_long := list(_length_errors(shape, value, path)))
        if too_long and value:
            return  # its members are of no interest, and may be very many
        for index, item in enumerate(value):
            yield from _errors(shape.member, item, f"{path}.{index + 1}.member")
    elif shape.type_name == "map":
        yield from _length_errors(shape, value, path)
        for key, item in value.items():
            yield from _errors(shape.key, key, f"{path}.key")
            yield from _errors(shape.value, item, f"{path}.{key}")
    else:
        yield from _scalar_errors(shape, value, path)


def _structure_errors(shape: Shape, value: Mapping[str, Any], path: str) -> Iterator[str]:
    if getattr(shape, "is_document_type", False):
        return
    for name in shape.required_members:
        if value.get(name) is None:
            yield _failed(None, _join(path, name), "Member must not be null")
    for name, item in value.items():
        member = shape.members.get(name)
        if member is not None and item is not None:
            yield from _errors(member, item, _join(path, name))


def _scalar_errors(shape: Shape, value: Any, path: str) -> Iterator[str]:
    if shape.type_name in ("string", "blob") and (bad := list(_length_errors(shape, value, path))):
        yield from bad
        return  # a pattern's time grows with the text
    if shape.type_name in ("integer", "long") and not fits(shape, value):
        yield _failed("", path, f"Member must be a number that a {shape.type_name} holds")
    elif shape.type_name in ("integer", "long", "float", "double"):
        low, high = shape.metadata.get("min"), shape.metadata.get("max")
        if low is not None and value < low:
            yield _failed(value, path, f"Member must have value greater than or equal to {low}")
        if high is not None and value > high:
            yield _failed(value, path, f"Member must have value less than or equal to {high}")
    if shape.type_name == "string":
        enum = getattr(shape, "enum", None)
        if enum and value not in enum:
            yield _failed(value, path, f"Member must satisfy enum value set: [{', '.join(enum)}]")
        pattern = shape.metadata.get("pattern")
        compiled = _compiled(pattern) if pattern else None
        if compiled is not None and not compiled.fullmatch(value):
            yield _failed(value, path, f"Member must satisfy regular expression pattern: {pattern}")


def is_large(value: Any, limit: int = 2_000) -> bool:
    """Whether checking or writing a value takes so long that it is better done beside the loop."""
    pending, found = [value], 0
    while pending:
        inside = pending.pop()
        members = inside.values() if isinstance(inside, dict) else inside
        found += len(members)
        if found > limit:
            return True
        pending.extend(each for each in members if isinstance(each, dict | list))
    return False


def fits(shape: Shape, value: int) -> bool:
    """Whether Java's int or long, which AWS's services read a number into, can hold it."""
    half = 1 << (31 if shape.type_name == "integer" else 63)
    return -half <= value < half


def _length_errors(shape: Shape, value: Any, path: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and len(value) < low:
        yield _failed(value, path, f"Member must have length greater than or equal to {low}")
    if high is not None and len(value) > high:
        yield _failed(value, path, f"Member must have length less than or equal to {high}")


# What takes for ever in Python on a text made for it, and the same language in linear time.
_LINEAR = {
    r"^[ \t]*[\x20-\x7E]+([ \t]+[\x20-\x7E]+)*[ \t]*$": r"\t*[\x20-\x7E][\t\x20-\x7E]*",
    r"^[ \t]*[^\x00-\x1F:\x7F]+([ \t]+[^\x00-\x1F:\x7F]+)*[ \t]*$": (
        r"\t*[^\x00-\x1F:\x7F][^\x00-\x08\x0A-\x1F:\x7F]*"
    ),
    r"arn:aws(-[\w]+)*:.+:.+:[0-9]{12}:.+": r"arn:aws(?:-\w+)*:(?>.+?:).+?:[0-9]{12}:.+",
}


@cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """AWS's patterns are Java's; the few Python cannot read are not enforced."""
    pattern = _LINEAR.get(pattern, pattern)
    try:
        return re.compile(pattern.replace("\\p{L}", "\\w").replace("\\p{Z}", "\\s").replace("\\p{N}", "\\d"))
    except re.error:
        return None


def _failed(value: Any, path: str, constraint: str) -> str:
    shown = "null" if value is None else f"'{_shown(value)}'"
    return f"Value {shown} at '{_camel(path)}' failed to satisfy constraint: {constraint}"


def _shown(value: Any) -> str:
    """The beginning of a value, however large it is; a list or map by its size."""
    if isinstance(value, str | bytes | bytearray):
        return str(value[:120])
    if isinstance(value, list | tuple | Mapping) and len(value) > 20:
        return f"{len(value)} members"
    return str(value)[:120]


def _camel(path: str) -> str:
    return path[:1].lower() + path[1:]


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def check_output(model: OperationModel, response: Mapping[str, Any]) -> None:
    """Refuse an answer AWS could not have given; an unknown member would reach no client anyway."""
    if model.output_shape is None:
        if response:
            raise OutputError(f"{model.name} has no output, but answered {sorted(response)}")
        return
    problem = next(_output_problems(model.output_shape, response, model.name), None)
    if problem:
        raise OutputError(problem)


def _output_problems(shape: Shape, value: Any, path: str) -> Iterator[str]:
    if value is None:
        return
    expected = _PYTHON_TYPES.get(shape.type_name)
    if expected and not isinstance(value, expected):
        yield f"{path} must be {shape.type_name}, not {type(value).__name__}"
        return
    if shape.type_name == "structure" and not getattr(shape, "is_document_type", False):
        for name, item in value.items():
            member = shape.members.get(name)
            if member is None:
                yield f"{path} has no member {name}"
            else:
                yield from _output_problems(member, item, f"{path}.{name}")
    elif shape.type_name == "list":
        for item in value:
            yield from _output_problems(shape.member, item, f"{path}[]")
    elif shape.type_name == "map":
        for item in value.values():
            yield from _output_problems(shape.value, item, f"{path}{{}}")


def to_json(shape: Shape, value: Any) -> Any:
    """The Python value an operation answered -> what JSON carries; absent members stay absent."""
    if value is None:
        return None
    if shape.type_name == "structure":
        if getattr(shape, "is_document_type", False):
            return value
        return {
            shape.members[name].serialization.get("name", name): to_json(shape.members[name], item)
            for name, item in value.items()
            if item is not None
        }
    if shape.type_name == "list":
        return [to_json(shape.member, item) for item in value]
    if shape.type_name == "map":
        return {key: to_json(shape.value, item) for key, item in value.items()}
    if shape.type_name == "blob":
        return base64.b64encode(bytes(value)).decode()
    if shape.type_name == "timestamp" and isinstance(value, datetime):
        return _timestamp_text(shape, value)
    return value


def _timestamp_text(shape: Shape, value: datetime) -> float | str:
    if shape.serialization.get("timestampFormat") == "iso8601":
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.timestamp()

"""Properties on the wire: protobuf structs with Pulumi's magic keys, in and out.

Output-value signatures are collapsed into values or secrets, and numbers (which arrive as doubles) become
ints where they are whole, so that 30 stays 30 in the state and in a call to AWS.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import cast

from google.protobuf import struct_pb2

from greenshift.engine.properties import assets
from greenshift.engine.properties.values import UNKNOWN, Archive, Asset, Properties, Secret, Unknown, Value
from greenshift.errors import EngineError

SIGNATURE = "4dabf18193072939515e22adb298388d"
ASSET = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e"
OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
# The CLI's engine has an unknown for each kind of value [Pulumi: sdk/go plugin]; to us they are one.
UNKNOWN_TEXTS = frozenset(
    {
        UNKNOWN_TEXT,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)


def decode(struct: struct_pb2.Struct, base: Path) -> dict[str, Value]:
    """``base`` is the program's folder: asset paths are relative to it."""
    return {key: _decode(value, base) for key, value in struct.fields.items()}


def decode_value(value: struct_pb2.Value, base: Path) -> Value:
    """One value; None where there is none."""
    return _decode(value, base) if value.WhichOneof("kind") else None


def _decode(value: struct_pb2.Value, base: Path) -> Value:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return UNKNOWN if value.string_value in UNKNOWN_TEXTS else str(value.string_value)
    if kind == "number_value":
        return int(value.number_value) if value.number_value.is_integer() else float(value.number_value)
    if kind == "bool_value":
        return bool(value.bool_value)
    if kind == "list_value":
        return [_decode(item, base) for item in value.list_value.values]
    if kind == "struct_value":
        return _decode_struct(value.struct_value, base)
    return None


def _decode_struct(struct: struct_pb2.Struct, base: Path) -> Value:
    signature = struct.fields[SIGNATURE].string_value if SIGNATURE in struct.fields else ""
    if not signature:
        return decode(struct, base)
    members = {key: _decode(value, base) for key, value in struct.fields.items() if key != SIGNATURE}
    if signature == SECRET:
        return Secret(members.get("value"))
    if signature == OUTPUT:
        value = members.get("value", UNKNOWN)
        return Secret(value) if members.get("secret") else value
    if signature == ASSET:
        return _asset(members, base)
    if signature == ARCHIVE:
        return _archive(members, base)
    if signature == RESOURCE:
        return members.get("id", members.get("urn"))
    raise EngineError(f"a property arrived in a form this engine does not know (signature {signature})")


def _asset(members: Mapping[str, Value], base: Path) -> Asset:
    """Who hashed it already is believed: the file of an old state may have changed, or be gone."""
    text, path, known = _text(members, "text"), _path(members, base), _text(members, "hash")
    return Asset(known, text=text, path=path) if known else assets.asset(text, path)


def _archive(members: Mapping[str, Value], base: Path) -> Archive:
    path, known = _path(members, base), _text(members, "hash")
    inner = _members(members)
    return Archive(known, path=path, members=inner) if known else assets.archive(path, inner)


def _text(members: Mapping[str, Value], key: str) -> str | None:
    value = members.get(key)
    if "uri" in members:
        raise EngineError(
            f"remote assets are not supported: {members['uri']}", hint="download it and use FileAsset"
        )
    return value if isinstance(value, str) else None


def _path(members: Mapping[str, Value], base: Path) -> str | None:
    path = _text(members, "path")
    return str(base / path) if path is not None else None


def _members(members: Mapping[str, Value]) -> Mapping[str, Asset | Archive] | None:
    nested = members.get("assets")
    if not isinstance(nested, dict):
        return None
    wrong = [name for name, item in nested.items() if not isinstance(item, Asset | Archive)]
    if wrong:
        raise EngineError(f"AssetArchive member {wrong[0]!r} is neither an asset nor an archive")
    return cast(Mapping[str, Asset | Archive], nested)


def encode(properties: Properties) -> struct_pb2.Struct:
    return struct_pb2.Struct(fields={key: _encode(value) for key, value in properties.items()})


def _encode(value: Value) -> struct_pb2.Value:
    if value is None:
        return struct_pb2.Value(null_value=struct_pb2.NULL_VALUE)
    if isinstance(value, bool):
        return struct_pb2.Value(bool_value=value)
    if isinstance(value, int | float):
        return struct_pb2.Value(number_value=float(value))
    if isinstance(value, str):
        return struct_pb2.Value(string_value=value)
    if isinstance(value, list):
        return struct_pb2.Value(list_value=struct_pb2.ListValue(values=_all(value)))
    if isinstance(value, Unknown):
        return struct_pb2.Value(string_value=UNKNOWN_TEXT)
    return struct_pb2.Value(struct_value=encode(_signed(value)))


def _all(values: Iterable[Value]) -> list[struct_pb2.Value]:
    return [_encode(item) for item in values]


def _signed(value: dict[str, Value] | Secret | Asset | Archive) -> Properties:
    if isinstance(value, Secret):
        return {SIGNATURE: SECRET, "value": value.value}
    if isinstance(value, Asset | Archive):
        return assets.document(value, SIGNATURE, ASSET, ARCHIVE)
    return value

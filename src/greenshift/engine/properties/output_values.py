"""Properties as output values: each with the resources it comes from.

A resource's own transforms are shown its properties so, and what they return says on what each depends; a
transform that returns the plain value has cut it off. [Pulumi: resource/deploy, resource monitor]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from google.protobuf import struct_pb2

from greenshift.engine.properties.wire import OUTPUT, SECRET, SIGNATURE, UNKNOWN_TEXTS


def upgraded(properties: struct_pb2.Struct, dependencies: Mapping[str, Any]) -> struct_pb2.Struct:
    """``dependencies``: the ``propertyDependencies`` of a registration."""
    fields = {
        key: _output(value, dependencies[key].urns) if _has_some(dependencies, key) else value
        for key, value in properties.fields.items()
    }
    return struct_pb2.Struct(fields=fields)


def _has_some(dependencies: Mapping[str, Any], key: str) -> bool:
    return key in dependencies and bool(dependencies[key].urns)


def _output(value: struct_pb2.Value, urns: Iterable[str]) -> struct_pb2.Value:
    kind = _signature(value)
    members = value.struct_value.fields
    found: dict[str, Any] = {SIGNATURE: OUTPUT, "dependencies": sorted({*urns, *needs(value)})}
    if kind == OUTPUT:
        known = {key: members[key] for key in ("value", "secret") if key in members}
    elif kind == SECRET:
        known = {"value": members["value"], "secret": struct_pb2.Value(bool_value=True)}
    else:
        known = {} if value.string_value in UNKNOWN_TEXTS else {"value": value}
    made = struct_pb2.Struct()
    made.update(found)
    for key, member in known.items():
        made.fields[key].CopyFrom(member)
    return struct_pb2.Value(struct_value=made)


def needs(value: struct_pb2.Value) -> set[str]:
    """URNs on which a value depends, at any depth."""
    if value.HasField("list_value"):
        return {urn for item in value.list_value.values for urn in needs(item)}
    members = value.struct_value.fields
    found = {urn for key, item in members.items() if key != "dependencies" for urn in needs(item)}
    if _signature(value) != OUTPUT:
        return found | (needs(members["dependencies"]) if "dependencies" in members else set())
    own = members["dependencies"].list_value.values if "dependencies" in members else ()
    return found | {item.string_value for item in own}


def _signature(value: struct_pb2.Value) -> str:
    members = value.struct_value.fields
    return str(members[SIGNATURE].string_value) if SIGNATURE in members else ""

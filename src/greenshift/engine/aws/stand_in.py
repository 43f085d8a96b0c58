"""A resource the twin has no API for, kept in the state alone: its inputs are its outputs, and what AWS would
add is made up, the same each time.

What is made up never leads anywhere: host names end with ``.invalid`` (RFC 2606).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Union, get_args, get_origin

from pulumi import _types

from greenshift.engine.plugin import sdk
from greenshift.engine.properties.values import Properties, Value
from greenshift.engine.steps.stand_ins import HOST, MARK

_DIGITS = 7


@dataclass(frozen=True)
class Place:
    region: str
    account: str


def named(type_: str, name: str, inputs: Properties) -> dict[str, Value]:
    """The inputs with the mark, and with a physical name where the type takes one."""
    known = _inputs(type_)
    given = {**inputs, MARK: name}
    if "name" in known and inputs.get("name") is None:
        given["name"] = f"{name}-{_hash(type_, name)}"
    return given


def id_of(type_: str, inputs: Properties) -> str:
    name = inputs.get("name")
    return name if isinstance(name, str) else f"{inputs[MARK]}-{_hash(type_, str(inputs[MARK]))}"


def outputs(type_: str, id_: str, inputs: Properties, place: Place) -> dict[str, Value]:
    """What a program may read of it."""
    known = _inputs(type_)
    computed = {key: hint for key, hint in _outputs(type_).items() if key not in known}
    found = {key: _made_up(key, hint, type_, id_, place) for key, hint in computed.items()}
    if "arn" in known:
        found["arn"] = arn(type_, id_, place)
    given = {key: value for key, value in inputs.items() if key != MARK}
    kept = {key: value for key, value in found.items() if value is not None}
    return {**kept, **given, "tagsAll": inputs["tags"]} if "tags" in inputs else {**kept, **given}


def arn(type_: str, id_: str, place: Place) -> str:
    """``aws:athena/workgroup:Workgroup`` -> ``arn:aws:athena:<region>:<account>:workgroup/<id>``"""
    service, _, kind = type_.split(":")[1].partition("/")
    return f"arn:aws:{service}:{place.region}:{place.account}:{kind.lower()}/{id_}"


def _made_up(key: str, hint: Any, type_: str, id_: str, place: Place) -> Value:
    kind = _bare(hint)
    if kind is bool:
        return False
    if kind in (int, float):
        return 0
    if kind is not str:
        return None
    lower = key.lower()
    if lower.endswith("arn"):
        return arn(type_, id_, place)
    if lower.endswith(("url", "uri")):
        return f"https://{id_}.{HOST}"
    if lower.endswith(("endpoint", "domain", "domainname", "address", "hostname", "dnsname")):
        return f"{id_}.{HOST}"
    if lower.endswith("accountid") or lower == "ownerid":
        return place.account
    return f"{key}-{_hash(type_, id_, key)}"


def _bare(hint: Any) -> Any:
    while get_origin(hint) is Union:
        hint = next(each for each in get_args(hint) if each is not type(None))
    return hint


def _inputs(type_: str) -> Mapping[str, Any]:
    try:
        found: Mapping[str, Any] = _types.input_type_types(sdk.arguments_class(type_))
    except (ImportError, StopIteration):
        return {}
    return found


def _outputs(type_: str) -> Mapping[str, Any]:
    try:
        return sdk.outputs(type_)
    except (ImportError, StopIteration):
        return {}


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:_DIGITS]

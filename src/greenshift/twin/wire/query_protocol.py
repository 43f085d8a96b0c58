"""AWS's Query protocol: a form names the operation and its input, the answer is XML.

CloudWatch spoke nothing else for fifteen years; boto3 before 1.41 and the AWS CLI of its age still do.
Smithy, "AWS query protocol": a list's items are ``Name.member.N``, a map's ``Name.entry.N.key`` and
``.value``.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl
from xml.etree import ElementTree

from botocore.model import OperationModel, Shape
from botocore.utils import parse_timestamp

from greenshift.twin.moto.wsgi import HttpRequest, HttpResponse
from greenshift.twin.service import ServiceError

_XML = (("Content-Type", "text/xml"),)
# XML 1.0 cannot carry these characters, escaped or not.
_INDEX = re.compile("[0-9]{1,9}")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Form = Mapping[str, str]
# A form's dotted names as a tree: a leaf is a text, everything else has names of its own.
Tree = dict[str, Any]


def form(request: HttpRequest) -> dict[str, str]:
    """The members of the request, from its body and its query string."""
    try:
        text = request.body.decode()
        return dict(parse_qsl(request.query, keep_blank_values=True)) | dict(
            parse_qsl(text, keep_blank_values=True, max_num_fields=100_000)
        )
    except ValueError as error:
        raise ServiceError("MalformedInput", f"the request is not a form: {error}") from None


def parse(model: OperationModel, members: Form) -> dict[str, Any]:
    """The input of the operation; members that the model does not have are dropped."""
    if model.input_shape is None:
        return {}
    parsed: dict[str, Any] = _structure(model.input_shape, _tree(members))
    return parsed


def _tree(members: Form) -> Tree:
    root: Tree = {}
    for name, text in members.items():
        node = root
        *parents, last = name.split(".")
        for part in parents:
            below = node.get(part)
            node = below if isinstance(below, dict) else node.setdefault(part, {})
            if not isinstance(node, dict):
                raise ServiceError("MalformedInput", f"{name} is below a member that has a value")
        node[last] = text
    return root


def _structure(shape: Shape, node: Any) -> dict[str, Any]:
    if not isinstance(node, dict):
        return {}
    return {
        name: _value(member, node[wire])
        for name, member in shape.members.items()
        if (wire := _wire(name, member)) in node
    }


def _wire(name: str, member: Shape) -> str:
    """A member's name in a form and in XML: that of its items, for a list that is flattened."""
    if member.type_name == "list" and _is_flat(member):
        name = member.member.serialization.get("name", name)
    named: str = member.serialization.get("name", name)
    return named


def _is_flat(shape: Shape) -> bool:
    return bool(shape.serialization.get("flattened"))


def _value(shape: Shape, node: Any) -> Any:
    match shape.type_name:
        case "structure":
            return _structure(shape, node)
        case "list":
            items = _numbered(node if _is_flat(shape) else _inside(node, "member"))
            return [_value(shape.member, item) for item in items]
        case "map":
            entries = _numbered(node if _is_flat(shape) else _inside(node, "entry"))
            key, value = _pair(shape)
            return {
                entry[key]: _value(shape.value, entry.get(value, ""))
                for entry in entries
                if isinstance(entry, dict) and isinstance(entry.get(key), str)
            }
    return _scalar(shape, node)


def _pair(shape: Shape) -> tuple[str, str]:
    """What a map calls its keys and its values."""
    return shape.key.serialization.get("name", "key"), shape.value.serialization.get("name", "value")


def _inside(node: Any, name: str) -> Any:
    return node.get(name, {}) if isinstance(node, dict) else {}


def _numbered(node: Any) -> list[Any]:
    if not isinstance(node, dict):
        return []
    return [node[key] for key in sorted((key for key in node if _INDEX.fullmatch(key)), key=int)]


def _scalar(shape: Shape, text: Any) -> Any:
    if not isinstance(text, str):
        return text
    try:
        match shape.type_name:
            case "integer" | "long":
                return int(text)
            case "float" | "double":
                return float(text)
            case "boolean":
                return {"true": True, "false": False}.get(text.lower(), text)
            case "blob":
                return base64.b64decode(text, validate=True)
            case "timestamp":
                return _moment(text)
    except (ValueError, OverflowError, OSError, RuntimeError, binascii.Error):
        raise ServiceError("MalformedInput", f"{text!r} is not a {shape.type_name}") from None
    return text


def _moment(text: str) -> datetime:
    parsed: datetime = parse_timestamp(text)
    return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def serialize(model: OperationModel, response: Mapping[str, Any], request_id: str) -> HttpResponse:
    root = ElementTree.Element(
        f"{model.name}Response", xmlns=str(model.service_model.metadata.get("xmlNamespace", ""))
    )
    if model.output_shape is not None:
        wrapper = model.output_shape.serialization.get("resultWrapper", f"{model.name}Result")
        _write_members(model.output_shape, response, ElementTree.SubElement(root, wrapper))
    metadata = ElementTree.SubElement(root, "ResponseMetadata")
    _text(metadata, "RequestId", request_id)
    return HttpResponse(200, _XML, ElementTree.tostring(root))


def _write_members(shape: Shape, value: Mapping[str, Any], into: ElementTree.Element) -> None:
    for name, item in value.items():
        if item is not None:
            member = shape.members[name]
            wire = _wire(name, member)
            if _is_flat(member):
                _write_flat(member, item, into, wire)
            else:
                _write(member, item, ElementTree.SubElement(into, wire))


def _write_flat(shape: Shape, value: Any, into: ElementTree.Element, wire: str) -> None:
    """Each item, or entry, as an element of its own beside the others."""
    if shape.type_name == "list":
        for item in value:
            _write(shape.member, item, ElementTree.SubElement(into, wire))
        return
    for key, item in value.items():
        _write_entry(shape, key, item, ElementTree.SubElement(into, wire))


def _write_entry(shape: Shape, key: Any, item: Any, entry: ElementTree.Element) -> None:
    key_name, value_name = _pair(shape)
    _text(entry, key_name, str(key))
    _write(shape.value, item, ElementTree.SubElement(entry, value_name))


def _write(shape: Shape, value: Any, into: ElementTree.Element) -> None:
    match shape.type_name:
        case "structure":
            _write_members(shape, value, into)
        case "list":
            for item in value:
                _write(shape.member, item, ElementTree.SubElement(into, "member"))
        case "map":
            for key, item in value.items():
                _write_entry(shape, key, item, ElementTree.SubElement(into, "entry"))
        case _:
            into.text = _clean(_written(shape, value))


def _written(shape: Shape, value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if shape.type_name == "blob":
        return base64.b64encode(bytes(value)).decode()
    return str(value)


def _text(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = _clean(text)


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def error(failure: ServiceError, request_id: str, namespace: str = "") -> HttpResponse:
    root = ElementTree.Element("ErrorResponse", {"xmlns": namespace} if namespace else {})
    inside = ElementTree.SubElement(root, "Error")
    _text(inside, "Type", "Receiver" if failure.status >= 500 else "Sender")
    _text(inside, "Code", failure.code)
    _text(inside, "Message", failure.message)
    _text(root, "RequestId", request_id)
    return HttpResponse(failure.status, _XML, ElementTree.tostring(root))

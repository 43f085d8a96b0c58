"""The smallest request that botocore's model of an operation allows: what it requires, and no more."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from botocore.model import OperationModel, Shape

_ACCOUNT = "us-east-1:123456789012"
_UUID = "12345678-1234-1234-1234-123456789012"
_TEXTS = (
    "a", "1", "live", "ab1", _UUID, "d-ABCDEF123", "name:" + _UUID, "rate(5 minutes)", '{"source": ["a"]}',
    "arn:aws:iam::123456789012:role/name",
    f"arn:aws:lambda:{_ACCOUNT}:function:name", f"arn:aws:lambda:{_ACCOUNT}:layer:name:1",
    f"arn:aws:lambda:{_ACCOUNT}:event-source-mapping:{_UUID}",
    f"arn:aws:lambda:{_ACCOUNT}:code-signing-config:csc-0123456789abcdef0",
    f"arn:aws:lambda:{_ACCOUNT}:capacity-provider:name",
    f"arn:aws:lambda:{_ACCOUNT}:function:name:1/durable-execution/name/{_UUID}",
    f"arn:aws:events:{_ACCOUNT}:rule/name", f"arn:aws:events:{_ACCOUNT}:event-bus/name",
    f"arn:aws:codeconnections:{_ACCOUNT}:connection/{_UUID}",
    f"arn:aws:codeconnections:{_ACCOUNT}:host/name-12345678",
    f"arn:aws:codeconnections:{_ACCOUNT}:repository-link/{_UUID}",
    f"arn:aws:scheduler:{_ACCOUNT}:schedule-group/name", f"arn:aws:codepipeline:{_ACCOUNT}:name",
    f"arn:aws:codepipeline:{_ACCOUNT}:webhook:name", f"arn:aws:events:{_ACCOUNT}:archive/name",
    f"arn:aws:kms:{_ACCOUNT}:key/{_UUID}", f"arn:aws:events:{_ACCOUNT}:connection/name/{_UUID}",
    "arn:aws:route53:::healthcheck/name", "aws.partner/name/name/name", "default", "AWS", "lambda:*",
    "lambda:GetLayerVersion", "subnet-0", "sg-0", "123456789012",
)  # fmt: skip


def smallest(model: OperationModel) -> dict[str, Any]:
    """The request; raises ValueError for a text of which no example is known here."""
    return _structure(model.input_shape) if model.input_shape else {}


def _structure(shape: Shape) -> dict[str, Any]:
    return {name: _value(shape.members[name]) for name in shape.required_members}


def _value(shape: Shape) -> Any:
    least = shape.metadata.get("min", 0)
    match shape.type_name:
        case "structure":
            return _structure(shape)
        case "list":
            return [_value(shape.member)] * max(least, 1)
        case "map":
            return {_value(shape.key): _value(shape.value)}
        case "integer" | "long":
            return max(int(least), 1)
        case "float" | "double":
            return max(float(least), 1.0)
        case "boolean":
            return False
        case "blob":
            return b"{}"
        case "timestamp":
            return datetime(2026, 1, 2, tzinfo=UTC)
    return _text(shape)


def _text(shape: Shape) -> str:
    """The first known text of the length and the pattern that the model asks for."""
    if shape.enum:
        return str(shape.enum[0])
    least, most = shape.metadata.get("min", 0), shape.metadata.get("max", 10**9)
    pattern = re.sub(r"\\p\{\w+\}", r"\\w", shape.metadata.get("pattern", ".*"))
    for text in (*_TEXTS, "a" * least):
        if least <= len(text) <= most and re.search(f"^(?:{pattern})$", text):
            return text
    raise ValueError(f"no example of {shape.name}: {pattern}")

"""Requests nobody would send, made from botocore's models: every operation of our services.

Each begins as a request the model allows and is then spoiled, in its values (kinds, sizes, characters), in
its encoding, or in its frame (content type, compression, a body that ends early). The same seed gives the
same requests.
"""

from __future__ import annotations

import copy
import gzip
import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

import cbor2
from botocore.model import OperationModel, ServiceModel, Shape

from greenshift.twin import registry
from greenshift.twin.service import service_model

STRANGE: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**63, 10**30, -(10**400), 1.5, 1e308, -1e308, "", "0", "a", " ",
    "\x00", "a\x00b", "../../etc/passwd", "%00", "*" * 20, "a" * 300, "x" * 70_000, "ü日本\U0001f600",
    "\u202e", "${aws:username}", "arn:aws:lambda:us-east-1:123456789012:function:f", "arn:aws", "{", "{}",
    "[]", "null", '{"a":' * 300,
    "2020-13-45", "now", 1e18, [], {}, [[]], [None], [{}], {"": ""}, {"a": [1]}, [1] * 3_000, ["a"] * 3_000,
    {str(n): n for n in range(3_000)},
)  # fmt: skip
NAMES = ("fuzzed", "fuzzed-too", "app", "live", "$LATEST", "1", "default", "shop-prod")
ARNS = (
    "arn:aws:iam::123456789012:role/fuzzed", "arn:aws:lambda:us-east-1:123456789012:function:fuzzed",
    "arn:aws:sns:us-east-1:123456789012:fuzzed", "arn:aws:events:us-east-1:123456789012:rule/fuzzed",
    "arn:aws:cloudwatch:us-east-1:123456789012:alarm:fuzzed",
    "arn:aws:codebuild:us-east-1:123456789012:project/fuzzed",
)  # fmt: skip
DOCUMENTS = (
    '{"source": ["a"]}', '{"a": [{"wildcard": "*a*b"}]}', "version: 0.2\nphases: {}", '{"version": 0.0}',
    "rate(5 minutes)", "m1 + 1", "ALARM(fuzzed) OR NOT OK(a)",
    "[" * 150 + "]" * 150, "- " * 150, "&a [*a, *a]",
)  # fmt: skip
Headers = dict[str, str]


@dataclass(frozen=True)
class Request:
    """One request, ready to be sent; ``cut`` is how much of its body is."""

    service: str
    operation: str
    method: str
    path: str
    headers: Headers
    body: bytes
    cut: int | None = None


def requests(seed: int, count: int) -> Iterator[Request]:
    """Every operation in turn, so often."""
    chance = random.Random(seed)
    served, others = _operations()
    for number in range(count):
        pool = others if number % 20 == 0 else served
        yield _request(pool[number % len(pool)], chance)


def _operations() -> tuple[list[OperationModel], list[OperationModel]]:
    """Those the twin has, and those it refuses by name."""
    served: list[OperationModel] = []
    others: list[OperationModel] = []
    for service in registry.NAMES:
        model, has = service_model(service), set(registry.service_class(service).operations())
        for name in model.operation_names:
            (served if name in has else others).append(model.operation_model(name))
    return served, others


def _request(model: OperationModel, chance: random.Random) -> Request:
    values = _structure(model.input_shape, chance) if model.input_shape else {}
    for _ in range(chance.choice((0, 0, 0, 1, 1, 1, 2))):
        _spoil(values, chance)
    service = model.service_model
    encode = chance.choice(_ENCODERS[service.service_name]) if service.service_name in _ENCODERS else _json
    request = encode(model, values, chance)
    return _spoil_frame(request, chance) if chance.random() < 0.25 else request


# -- values the model allows -----------------------------------------------------------------------------


def _structure(shape: Shape, chance: random.Random, depth: int = 0) -> dict[str, Any]:
    chosen = [
        name
        for name in shape.members
        if name in shape.required_members or chance.random() < (0.4 if depth < 2 else 0.1)
    ]
    return {name: _value(shape.members[name], chance, depth + 1) for name in chosen}


def _value(shape: Shape, chance: random.Random, depth: int) -> Any:
    match shape.type_name:
        case "structure":
            return _structure(shape, chance, depth) if depth < 6 else {}
        case "list":
            least = min(int(shape.metadata.get("min", 0)), 20)
            return [
                _value(shape.member, chance, depth + 1) for _ in range(max(least, chance.choice((0, 1, 2))))
            ]
        case "map":
            return {_text(shape.key, chance): _value(shape.value, chance, depth + 1)}
        case "integer" | "long":
            low = int(shape.metadata.get("min", 0))
            return chance.randint(low, max(low, min(int(shape.metadata.get("max", low + 100)), low + 100)))
        case "float" | "double":
            return chance.choice((0.0, 1.0, 0.5, 1e9, -3.25))
        case "boolean":
            return chance.random() < 0.5
        case "blob":
            return chance.choice(("e30=", "", "UEsDBA==", "AAAA"))
        case "timestamp":
            return chance.choice((1_800_000_000, 0, 1.5, "2026-01-02T03:04:05Z", -5_000_000_000))
    return _text(shape, chance)


def _text(shape: Shape, chance: random.Random) -> str:
    """Most often a text the shape allows."""
    enum = getattr(shape, "enum", None)
    if enum and chance.random() < 0.95:
        return str(chance.choice(enum))
    fitting = _fitting(shape) if chance.random() < 0.9 else ()
    return str(chance.choice(fitting or (*NAMES, *ARNS, *DOCUMENTS)))


@cache
def _fitting(shape: Shape) -> tuple[str, ...]:
    """The texts that a shape's pattern and length allow; names before all, where names will do."""
    low, high = shape.metadata.get("min", 0), shape.metadata.get("max", 10**6)
    try:
        pattern = re.compile(shape.metadata.get("pattern", ".*"), re.DOTALL)
    except re.error:
        return ()
    fits = [
        text for text in (*NAMES, *ARNS, *DOCUMENTS) if low <= len(text) <= high and pattern.fullmatch(text)
    ]
    if shape.name.lower().endswith(("arn", "role", "rolearn")):
        return tuple(text for text in fits if text.startswith("arn:")) or tuple(fits)
    return tuple(text for text in fits if text in NAMES[:3]) or tuple(fits)


# -- spoiled values --------------------------------------------------------------------------------------


def _spoil(values: Any, chance: random.Random) -> None:
    """Put something strange somewhere in it."""
    node = values
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            if isinstance(node, dict):
                node["unknown"] = copy.deepcopy(chance.choice(STRANGE))
            return
        key = chance.choice(keys)
        below = node[key]
        if isinstance(below, dict | list) and below and chance.random() < 0.7:
            node = below
            continue
        if isinstance(node, dict) and chance.random() < 0.15:
            del node[key]
        elif isinstance(below, list) and below and chance.random() < 0.3:
            node[key] = [copy.deepcopy(each) for each in below * (1_000 // len(below))]
        else:
            node[key] = copy.deepcopy(chance.choice(STRANGE))
        return


# -- protocols -------------------------------------------------------------------------------------------


def _signed(service: ServiceModel) -> Headers:
    name = service.metadata.get("signingName") or service.metadata["endpointPrefix"]
    scope = f"local/20260101/us-east-1/{name}/aws4_request"
    return {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=fuzz"}


def _json(model: OperationModel, values: dict[str, Any], chance: random.Random) -> Request:
    service = model.service_model
    target = f"{service.metadata['targetPrefix']}.{model.name}"
    headers = _signed(service) | {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1"}
    return Request(service.service_name, model.name, "POST", "/", headers, _dumped(values, chance))


def _dumped(values: Any, chance: random.Random) -> bytes:
    text = json.dumps(values, ensure_ascii=chance.random() < 0.5)
    return text.encode("utf-8", "surrogatepass")


def _cbor(model: OperationModel, values: dict[str, Any], chance: random.Random) -> Request:
    service = model.service_model
    path = f"/service/{service.metadata['targetPrefix']}/operation/{model.name}"
    headers = _signed(service) | {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
    body = chance.choice((cbor2.dumps(values), cbor2.dumps(_numbers(values, chance))))
    return Request(service.service_name, model.name, "POST", path, headers, body)


def _numbers(value: Any, chance: random.Random) -> Any:
    """With numbers only CBOR has."""
    if isinstance(value, dict):
        return {key: _numbers(item, chance) for key, item in value.items()}
    if isinstance(value, float | int) and not isinstance(value, bool):
        return chance.choice(
            (float("nan"), float("inf"), 2**80, cbor2.CBORTag(1, 1e300), cbor2.CBORTag(4, [9, 9]))
        )
    return value


def _query(model: OperationModel, values: dict[str, Any], chance: random.Random) -> Request:
    service = model.service_model
    flat = {"Action": model.name, "Version": "2010-08-01"} | dict(_flat(values, ""))
    body = "&".join(f"{quote(key)}={quote(text)}" for key, text in flat.items()).encode()
    headers = _signed(service) | {"Content-Type": "application/x-www-form-urlencoded"}
    return Request(service.service_name, model.name, "POST", "/", headers, body)


def _flat(value: Any, prefix: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _flat(item, f"{prefix}.{key}" if prefix else key)
    elif isinstance(value, list):
        for number, item in enumerate(value[:200], 1):
            yield from _flat(item, f"{prefix}.member.{number}")
    else:
        yield prefix, str(value) if not isinstance(value, int) or abs(value) < 10**100 else "9" * 5_000


def _rest(model: OperationModel, values: dict[str, Any], chance: random.Random) -> Request:
    service, shape = model.service_model, model.input_shape
    path, _, fixed = model.http["requestUri"].partition("?")
    headers, query, body = _signed(service), [fixed] if fixed else [], dict(values)
    for name, member in (shape.members if shape else {}).items():
        if name not in body:
            continue
        location, wire = member.serialization.get("location"), member.serialization.get("name", name)
        text = quote(_plain(body[name]), safe="")
        if location == "uri":
            path = path.replace("{" + wire + "}", text or "_").replace("{" + wire + "+}", text or "_")
        elif location == "querystring":
            query.append(f"{wire}={text}")
        elif location == "header":
            headers[wire] = text[:2_000]
        if location:
            del body[name]
    path = path.replace("{", "").replace("}", "") + ("?" + "&".join(query) if query else "")
    payload = shape.serialization.get("payload") if shape else None
    content = _dumped(values.get(payload) if payload else body, chance)
    return Request(service.service_name, model.name, model.http["method"], path[:30_000], headers, content)


def _plain(value: Any) -> str:
    text = json.dumps(value) if not isinstance(value, str) else value
    return text[:2_000]


Encode = Callable[[OperationModel, dict[str, Any], random.Random], Request]
_ENCODERS: dict[str, tuple[Encode, ...]] = {
    "cloudwatch": (_json, _json, _query, _cbor),
    "lambda": (_rest,),
    "scheduler": (_rest,),
    "sqs": (_json, _query),
}


# -- spoiled frames --------------------------------------------------------------------------------------


_NO_OBJECTS = (
    b"[" * 50_000, b'{"a":' * 50_000, b"1", b"[]", b"null", b'""', b"NaN", b'"\\ud800"',
)  # fmt: skip
_CONTENT_TYPES = ("", "text/html", "application/cbor", "multipart/form-data", "x" * 900)


def _spoil_frame(request: Request, chance: random.Random) -> Request:
    headers, body, cut = dict(request.headers), request.body, None
    match chance.randrange(12):
        case 0:
            body = body[: len(body) // 2]
        case 1:
            body = bytes(chance.randrange(256) for _ in range(chance.choice((1, 40, 2_000))))
        case 2:
            body = chance.choice(
                (b"[" * 50_000, b'{"a":' * 50_000, b"1", b"[]", b"null", b'""', b"NaN", b'"\\ud800"')
            )
        case 3:
            headers["Content-Type"] = chance.choice(
                ("", "text/html", "application/cbor", "multipart/form-data", "x" * 900)
            )
        case 4:
            headers["Content-Encoding"] = "gzip"
        case 5:
            headers["Content-Encoding"], body = (
                "gzip",
                gzip.compress(bytes(chance.choice((10, 5_000_000))), 1),
            )
        case 6:
            body = body.decode("utf-8", "replace").encode("utf-16")
        case 7:
            cut = len(body) // 2
        case 8:
            body = body + b"}" * 10
        case 9:
            headers["X-Amz-Target"] = chance.choice(("", ".", "x.y", headers.get("X-Amz-Target", "") + "x"))
        case 10:
            headers["X-Amzn-Trace-Id"] = "Root=" + "a" * 900
            headers["X-Amz-Client-Context"] = "!"
        case _:
            body = b""
    return Request(request.service, request.operation, request.method, request.path, headers, body, cut)

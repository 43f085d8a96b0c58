"""What a component was given, as plain values.

Settings decide which resources there are, so they have to be known when the program is planned. They may come
from another resource's outputs all the same: then they are known in an update, and a preview is told what is
missing. What only one resource needs, such as a table's name, goes through as it came.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi.output import Unknown
from pulumi.runtime import rpc

from greenshift.errors import GreenshiftError

_NOT_THERE = object()


@dataclass(frozen=True)
class Given:
    """``config`` is what ``Pulumi.yaml`` would say; ``secret`` names its keys that hold a secret."""

    config: Mapping[str, str]
    secret: frozenset[str]


def settings_of(inputs: Mapping[str, Any], names: Iterable[str]) -> Given:
    """The inputs that are settings, as text: structured ones as JSON."""
    config, secret = {}, set()
    for name in names:
        value = inputs.get(name)
        if value is None:
            continue
        opened = _opened(value, name)
        config[name] = opened if isinstance(opened, str) else json.dumps(opened)
        if _is_secret(value):
            secret.add(name)
    return Given(config, frozenset(secret))


def text(inputs: Mapping[str, Any], name: str) -> pulumi.Input[str]:
    """An input that must be there."""
    found: pulumi.Input[str] | None = inputs.get(name)
    if found is None:
        raise GreenshiftError(f"{name} is missing", hint=f"set the input {name}")
    return found


def plain_text(inputs: Mapping[str, Any], name: str) -> str:
    """An input that must be there and decides which resources there are."""
    return str(_opened(text(inputs, name), name))


def texts(inputs: Mapping[str, Any], name: str) -> dict[str, pulumi.Input[str]]:
    """A mapping whose keys are known and whose values may become known later."""
    found = inputs.get(name) or {}
    if isinstance(found, pulumi.Output):
        found = _opened(found, name)
    return dict(found)


def _opened(value: Any, name: str) -> Any:
    """Without outputs and secrets; whole numbers as such, which travel as floating ones."""
    if isinstance(value, pulumi.Output):
        return _opened(_held(value), name)
    if rpc.is_rpc_secret(value):
        return _opened(rpc.unwrap_rpc_secret(value), name)
    if value is _NOT_THERE or isinstance(value, Unknown):
        raise GreenshiftError(
            f"{name} is not known yet, and it decides which resources there are",
            hint="give it a value that does not depend on a resource which is yet to be created",
        )
    if isinstance(value, Mapping):
        return {key: _opened(item, name) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_opened(item, name) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _held(output: pulumi.Output[Any]) -> Any:
    """What an output holds: those that come over the wire are complete when they arrive."""
    return _at_once(output.future(with_unknowns=True)) if _at_once(output.is_known()) else _NOT_THERE


def _is_secret(value: Any) -> bool:
    if isinstance(value, pulumi.Output):
        return bool(_at_once(value.is_secret())) or _is_secret(_held(value))
    if isinstance(value, Mapping):
        return any(map(_is_secret, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_is_secret, value))
    return bool(rpc.is_rpc_secret(value))


def _at_once(awaited: Any) -> Any:
    """The result of what does not have to wait."""
    try:
        next(awaited.__await__())
    except StopIteration as ended:
        return ended.value
    raise GreenshiftError("an input is still being computed", hint="report this as a bug of Greenshift")

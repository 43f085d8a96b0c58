"""Whether a fault is about a call. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from greenshift.twin.callers.principal import Principal
from greenshift.twin.faults.model import ANY, Call, Fault
from greenshift.twin.service import service_model


def matches(fault: Fault, call: Call) -> bool:
    return (
        (fault.service == ANY or call.service in _names(fault.service))
        and fnmatchcase(call.operation, fault.operation)
        and _came_from(fault, call)
        and _is_by(fault.principal, call.principal)
        and (not fault.parameters or _has(call.parameters(), fault.parameters))
    )


@cache
def _names(service: str) -> frozenset[str]:
    """botocore's name, and the one requests are signed for, which is all a request to moto tells."""
    return frozenset({service, service_model(service).signing_name})


def _came_from(fault: Fault, call: Call) -> bool:
    """Only a call from an execution environment has a function, and only there is anything to kill."""
    if call.environment is None:
        return fault.function == ANY and fault.kind != "kill"
    return fnmatchcase(call.environment.function, fault.function)


def _is_by(pattern: str, principal: Principal) -> bool:
    return any(fnmatchcase(name, pattern) for name in (principal.arn, principal.arn.rsplit("/", 1)[-1]))


def _has(parameters: Mapping[str, Any], wanted: tuple[tuple[str, str], ...]) -> bool:
    return all(
        (found := _text(parameters, path)) is not None and fnmatchcase(found, glob) for path, glob in wanted
    )


def _text(parameters: Mapping[str, Any], path: str) -> str | None:
    """`Key.deploymentId.S` leads into nested members; None when there is nothing."""
    value: Any = parameters
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    if value is None:
        return None
    return bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | bytearray) else str(value)

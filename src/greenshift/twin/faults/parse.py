"""From JSON to a ``Fault``, and back; what makes no sense is refused with what would."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import botocore.session

from greenshift.twin.faults.model import ANY, KINDS, Fault, FaultReport
from greenshift.twin.service import service_model

_DEFAULTS: dict[str, Any] = {member.name: member.default for member in fields(Fault)}
# Members that mean something for some kinds only.
_ONLY_FOR = {
    "performed": ("error", "timeout", "kill"),
    "seconds": ("delay", "timeout"),
    "code": ("error",),
    "status": ("error",),
}
_NUMBERS: dict[str, tuple[type | tuple[type, ...], float, float, str]] = {
    "after": (int, 0, float("inf"), "a whole number from 0"),
    "count": (int, 1, float("inf"), "a whole number from 1, or nothing for ever"),
    "probability": ((int, float), 0, 1, "a number above 0 and up to 1"),
    "seed": (int, float("-inf"), float("inf"), "a whole number"),
    "per_second": ((int, float), 0, float("inf"), "a number above 0"),
    "seconds": ((int, float), 0, 900, "a number from 0 to 900"),
    "status": (int, 500, 599, "a whole number from 500 to 599"),
}
_ABOVE_ZERO = frozenset({"probability", "per_second"})


class FaultRefused(ValueError):
    """A fault that cannot be; the message says what is wrong and what would be right."""


def fault_of(body: Mapping[str, Any]) -> Fault:
    """A fault as ``POST /_twin/faults`` gets it; members left out have their defaults."""
    for name in body:
        if name not in _DEFAULTS:
            raise _unknown("member", name, _DEFAULTS)
    kind = body.get("kind")
    if kind not in KINDS:
        raise _unknown("kind", str(kind), KINDS)
    values = {name: value for name, value in body.items() if value is not None}
    _check_numbers(values)
    _check_meaning(kind, values)
    _check_operation(str(values.get("service", ANY)), str(values.get("operation", ANY)))
    parameters = values.pop("parameters", {})
    if not isinstance(parameters, Mapping):
        raise FaultRefused('parameters must be an object, such as {"FunctionName": "pay*"}')
    return Fault(**values, parameters=tuple((str(key), str(glob)) for key, glob in parameters.items()))


def document_of(report: FaultReport) -> dict[str, Any]:
    """What is said of a fault that is set: its members that differ from the defaults, and how it fared."""
    told: dict[str, Any] = {
        name: getattr(report.fault, name)
        for name, default in _DEFAULTS.items()
        if getattr(report.fault, name) != default
    }
    if report.fault.parameters:
        told["parameters"] = dict(report.fault.parameters)
    return {"id": report.id, **told, "matched": report.matched, "fired": report.fired}


def report_of(document: Mapping[str, Any]) -> FaultReport:
    """The reverse of ``document_of``."""
    members = {name: value for name, value in document.items() if name in _DEFAULTS}
    return FaultReport(document["id"], fault_of(members), document["matched"], document["fired"])


def _check_numbers(values: Mapping[str, Any]) -> None:
    for name, (types, least, most, allowed) in _NUMBERS.items():
        value = values.get(name)
        if value is None:
            continue
        is_number = isinstance(value, types) and not isinstance(value, bool)
        if not is_number or not least <= value <= most or (name in _ABOVE_ZERO and value == 0):
            raise FaultRefused(f"{name} must be {allowed}, not {value!r}")


def _check_meaning(kind: str, values: Mapping[str, Any]) -> None:
    for name, kinds in _ONLY_FOR.items():
        if values.get(name) and kind not in kinds:
            raise FaultRefused(f"{name} means nothing for {kind}; it is for {', '.join(kinds)}")
    if kind == "delay" and not values.get("seconds"):
        raise FaultRefused("a delay needs seconds above 0")


def _check_operation(service: str, operation: str) -> None:
    if service == ANY:
        return
    if service not in _services():
        raise _unknown("service", service, _services())
    names = service_model(service).operation_names
    if not any(fnmatchcase(name, operation) for name in names):
        raise _unknown(f"operation of {service}", operation, names)


@cache
def _services() -> tuple[str, ...]:
    return tuple(botocore.session.get_session().get_available_services())


def _unknown(what: str, name: str, known: Iterable[str]) -> FaultRefused:
    known = list(known)
    folded = {each.lower(): each for each in known}
    close = [folded[each] for each in difflib.get_close_matches(name.lower(), folded, 3)]
    if close:
        hint = f"did you mean {' or '.join(close)}?"
    else:
        hint = f"there are {', '.join(known)}" if len(known) < 20 else "names are those of boto3"
    return FaultRefused(f"no such {what}: {name!r}; {hint}")

"""What a target receives for an event: all of it, a part, a constant, or a filled-in template; pure.

Rules of "Amazon EventBridge input transformation" (user guide). A placeholder outside quotes becomes JSON (a
text gets its quotes); inside quotes it becomes bare text. A variable whose path leads nowhere leaves nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from greenshift.twin.events.json_path import NOTHING, Nothing, Path, PathError, find, parse_path
from greenshift.twin.wire.json_text import is_json

_PLACEHOLDER = re.compile(r"<([A-Za-z0-9_.\-]+)>")
RESERVED = "aws.events."


class InputError(ValueError):
    """A target's Input, InputPath or InputTransformer is not valid."""


@dataclass(frozen=True)
class Transformer:
    paths: Mapping[str, str] = field(hash=False)
    template: str


@dataclass(frozen=True)
class TargetInput:
    """At most one of the three is given; with none, the target gets the whole event."""

    constant: str | None = None
    path: str | None = None
    transformer: Transformer | None = None

    def is_whole_event(self) -> bool:
        return self.constant is None and self.path is None and self.transformer is None


@dataclass(frozen=True)
class Origin:
    """Which rule an event came through, for the reserved variables."""

    rule_name: str
    rule_arn: str
    ingestion_time: str


def render(found: TargetInput, envelope: Mapping[str, Any], origin: Origin) -> str:
    """The text a target receives."""
    if found.constant is not None:
        return found.constant
    if found.path is not None:
        part = find(parse_path(found.path), envelope)
        return "{}" if part is NOTHING else _json(part)  # what AWS sends for a path to nowhere is unverified
    if found.transformer is not None:
        return _fill(found.transformer, envelope, origin)
    return _json(envelope)


def check(found: TargetInput) -> None:
    """Refuse what could never be rendered."""
    given = [each for each in (found.constant, found.path, found.transformer) if each is not None]
    if len(given) > 1:
        raise InputError("Only one of Input, InputPath, or InputTransformer must be provided")
    if found.constant is not None and not is_json(found.constant):
        raise InputError("JSON text expected as Input")
    try:
        if found.path is not None:
            parse_path(found.path)
        if found.transformer is not None:
            _check_transformer(found.transformer)
    except PathError as error:
        raise InputError(f"Invalid InputPath: {error}") from None


def _check_transformer(transformer: Transformer) -> None:
    for name, path in transformer.paths.items():
        parse_path(path)
        if name.lower().startswith("aws"):
            raise InputError(f"The variable {name} of InputPathsMap may not begin with AWS")
    unknown = [name for name in _names(transformer.template) if name not in transformer.paths]
    for name in unknown:
        if name not in _RESERVED:
            raise InputError(f"InputTemplate uses <{name}>, which InputPathsMap does not define")
    example = _replace(transformer.template, lambda name, quoted: "" if quoted else "null")
    if not all(is_json(part) for part in ([example] if is_json(example) else example.splitlines())):
        raise InputError("InputTemplate is neither JSON nor quoted text")


def _fill(transformer: Transformer, envelope: Mapping[str, Any], origin: Origin) -> str:
    paths: dict[str, Path] = {name: parse_path(path) for name, path in transformer.paths.items()}

    def value(name: str, quoted: bool) -> str:
        found = find(paths[name], envelope) if name in paths else _reserved(name, envelope, origin)
        return _bare(found) if quoted else _inserted(found)

    return _replace(transformer.template, value)


_RESERVED = tuple(
    f"{RESERVED}{name}"
    for name in ("rule-arn", "rule-name", "event", "event.json", "event.ingestion-time", "ingestion-time")
)


def _reserved(name: str, envelope: Mapping[str, Any], origin: Origin) -> Any:
    match name.removeprefix(RESERVED):
        case "rule-arn":
            return origin.rule_arn
        case "rule-name":
            return origin.rule_name
        case "event.json":
            return dict(envelope)
        case "event":
            return {member: value for member, value in envelope.items() if member != "detail"}
        case "event.ingestion-time" | "ingestion-time":
            return origin.ingestion_time
    return NOTHING


def _inserted(value: Any) -> str:
    return "" if isinstance(value, Nothing) else _json(value)


def _bare(value: Any) -> str:
    """A value inside quotes: text without its own quotes, structures without any."""
    if isinstance(value, Nothing):
        return ""
    if isinstance(value, str):
        return _json(value)[1:-1]
    return _json(value).replace('"', "").replace("\\", "")


def _names(template: str) -> Iterator[str]:
    return (match[1] for match in _PLACEHOLDER.finditer(template))


def _replace(template: str, value: Callable[[str, bool], str]) -> str:
    """Fill every placeholder, telling whether it stands inside quotes."""
    parts: list[str] = []
    position, quoted = 0, False
    for match in _PLACEHOLDER.finditer(template):
        before = template[position : match.start()]
        quoted ^= _flips_quotes(before)
        parts += [before, value(match[1], quoted)]
        position = match.end()
    return "".join([*parts, template[position:]])


def _flips_quotes(text: str) -> bool:
    return len(re.findall(r'(?<!\\)(?:\\\\)*"', text)) % 2 == 1


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)

"""Reads an event pattern; what is wrong is said with the path of the field it is in."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from greenshift.twin.events.patterns.complexity import TOO_COMPLEX, is_too_complex
from greenshift.twin.events.patterns.tree import (
    AnyOf,
    AnythingBut,
    Bound,
    Comparison,
    EndsWith,
    EqualsIgnoringCase,
    Exactly,
    Exists,
    InNetwork,
    Matcher,
    Numeric,
    Pattern,
    StartsWith,
    Wildcard,
)
from greenshift.twin.wire.json_text import read_json

_LOWER: dict[str, Comparison] = {">": ">", ">=": ">="}
_UPPER: dict[str, Comparison] = {"<": "<", "<=": "<="}
MAXIMUM_DEPTH = 100
# Constants of aws/event-ruler, "reserved field names in or relationship".
_RESERVED = frozenset(
    {
        *(
            "exactly",
            "equals-ignore-case",
            "prefix",
            "suffix",
            "anything-but",
            "exists",
            "wildcard",
            "numeric",
        ),
        *("cidr", "=", "<", "<=", ">", ">=", "regex", "not-wildcard", "not-equals-ignore-case"),
        *("date-after", "date-on-or-after", "date-before", "date-on-or-before", "in-date-range"),
        *("ip-address-in-range", "ip-address-not-in-range"),
    }
)


class PatternError(Exception):
    """A pattern is not valid; ``where`` is the path of the offending field, empty at the top."""

    def __init__(self, reason: str, where: str = "") -> None:
        super().__init__(f"{reason} (at {where})" if where else reason)
        self.where = where


def parse_pattern(text: str) -> Pattern:
    try:
        found = read_json(text, pairs=_object)
    except ValueError as error:
        raise PatternError(f"the pattern is not JSON: {error}") from None
    if not isinstance(found, dict):
        raise PatternError("a pattern is a JSON object")
    return _pattern(found, ())


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise PatternError(f'"{twice}" is given more than once')
    return dict(pairs)


def _pattern(found: dict[str, Any], path: tuple[str, ...]) -> Pattern:
    if not found:
        raise PatternError("empty objects are not allowed", ".".join(path))
    if len(path) > MAXIMUM_DEPTH:
        raise PatternError(f"the pattern is nested deeper than {MAXIMUM_DEPTH} levels")
    if "$or" in path and (reserved := sorted(_RESERVED & found.keys())):
        raise PatternError(f"{reserved[0]} is a reserved name that cannot be used inside $or", ".".join(path))
    fields = tuple((name, _field(value, (*path, name))) for name, value in _undotted(found, path))
    alternatives = (_alternatives(found["$or"], (*path, "$or")),) if "$or" in found else ()
    return Pattern(fields, alternatives)


def _undotted(found: dict[str, Any], path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """The fields, with ``{"a.b": [1]}`` read as ``{"a": {"b": [1]}}``.

    User guide, "Considerations when creating event patterns": EventBridge joins names with dots, so that both
    are one field.
    """
    objects: dict[str, dict[str, Any]] = {}
    for name, value in found.items():
        head, dot, rest = name.partition(".")
        below = {rest: value} if dot else value
        if name == "$or":
            continue
        if not isinstance(below, dict):
            yield name, value
            continue
        if twice := below.keys() & objects.get(head, {}).keys():
            raise PatternError(f'"{min(twice)}" is given more than once', ".".join((*path, head)))
        objects.setdefault(head, {}).update(below)
    yield from objects.items()


def _alternatives(found: Any, path: tuple[str, ...]) -> tuple[Pattern, ...]:
    where = ".".join(path)
    if not isinstance(found, list) or len(found) < 2:
        raise PatternError("$or takes an array of at least two objects", where)
    for each in found:
        if not isinstance(each, dict):
            raise PatternError("$or takes objects only", where)
    return tuple(_pattern(each, (*path, str(index))) for index, each in enumerate(found))


def _field(found: Any, path: tuple[str, ...]) -> AnyOf | Pattern:
    if isinstance(found, dict):
        return _pattern(found, path)
    if not isinstance(found, list):
        raise PatternError(f'"{path[-1]}" must be an object or an array', ".".join(path))
    if not found:
        raise PatternError("empty arrays are not allowed", ".".join(path))
    matchers = tuple(_matcher(each, ".".join(path)) for each in found)
    if is_too_complex([segments for each in matchers for segments in each.wildcards()]):
        raise PatternError(TOO_COMPLEX)
    return AnyOf.of(matchers)


def _matcher(found: Any, where: str) -> Matcher:
    if isinstance(found, list):
        raise PatternError("an array may not hold an array", where)
    if not isinstance(found, dict):
        return Exactly(found)
    if len(found) != 1:
        raise PatternError("a match expression has exactly one key", where)
    operator, operand = next(iter(found.items()))
    read = _OPERATORS.get(operator)
    if read is None:
        known = ", ".join(_OPERATORS)
        raise PatternError(f"unrecognized match type {operator} (there are {known})", where)
    return read(operand, where)


def _prefix(operand: Any, where: str) -> Matcher:
    """An empty text is the beginning of every text."""
    text, ignores_case = _text_or_ignoring(operand, "prefix", where)
    return StartsWith(text, ignores_case)


def _suffix(operand: Any, where: str) -> Matcher:
    text, ignores_case = _text_or_ignoring(operand, "suffix", where)
    return EndsWith(text, ignores_case)


def _text_or_ignoring(operand: Any, operator: str, where: str) -> tuple[str, bool]:
    if isinstance(operand, dict):
        if list(operand) != ["equals-ignore-case"]:
            raise PatternError(f"{operator} takes a string or equals-ignore-case", where)
        return _text(operand["equals-ignore-case"], operator, where), True
    return _text(operand, operator, where), False


def _text(operand: Any, operator: str, where: str) -> str:
    if not isinstance(operand, str):
        raise PatternError(f"{operator} takes a string", where)
    return operand


def _exactly(operand: Any, where: str) -> Matcher:
    return Exactly(_text(operand, "exactly", where))


def _ignoring_case(operand: Any, where: str) -> Matcher:
    return EqualsIgnoringCase(_text(operand, "equals-ignore-case", where))


def _wildcard(operand: Any, where: str) -> Matcher:
    text = _text(operand, "wildcard", where)
    return Wildcard(text, _segments(text, where))


def _segments(text: str, where: str) -> tuple[str, ...]:
    """What stands between the stars; a backslash makes ``*`` and itself literal."""
    segments = [""]
    position = 0
    while position < len(text):
        if text[position] == "\\":
            position += 1
            if text[position : position + 1] not in ("*", "\\"):
                raise PatternError("in a wildcard, a backslash stands before * or a backslash", where)
            segments[-1] += text[position]
        elif text[position] == "*":
            if text[position + 1 : position + 2] == "*":
                raise PatternError("consecutive wildcard characters are not allowed", where)
            segments.append("")
        else:
            segments[-1] += text[position]
        position += 1
    return tuple(segments)


def _exists(operand: Any, where: str) -> Matcher:
    if not isinstance(operand, bool):
        raise PatternError("exists takes true or false", where)
    return Exists(operand)


def _cidr(operand: Any, where: str) -> Matcher:
    text = _text(operand, "cidr", where)
    try:
        return InNetwork(ipaddress.ip_network(text, strict=False))
    except ValueError:
        raise PatternError(f"malformed CIDR {text}", where) from None


def _numeric(operand: Any, where: str) -> Matcher:
    """``["=", 5]``, one bound, or a lower bound and an upper one, in that order."""
    if not isinstance(operand, list) or len(operand) not in (2, 4):
        raise PatternError("numeric takes a comparison and a number, or two of each", where)
    bounds = tuple(_bound(operand[i], operand[i + 1], where) for i in range(0, len(operand), 2))
    if len(bounds) == 2:
        lower, upper = bounds
        if lower.comparison not in _LOWER or upper.comparison not in _UPPER:
            raise PatternError("a numeric range has a lower bound (>, >=), then an upper one (<, <=)", where)
        if lower.number >= upper.number:
            raise PatternError("the lower bound must be less than the upper one", where)
    return Numeric(bounds)


def _bound(comparison: Any, number: Any, where: str) -> Bound:
    comparisons: dict[str, Comparison] = {"=": "=", **_LOWER, **_UPPER}
    if not isinstance(comparison, str) or comparison not in comparisons:
        raise PatternError(f"unrecognized numeric comparison {comparison!r}", where)
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise PatternError("numeric compares with numbers", where)
    return Bound(comparisons[comparison], float(number))


def _anything_but(operand: Any, where: str) -> Matcher:
    if isinstance(operand, dict):
        return AnythingBut(_nested_refusals(operand, where))
    values = operand if isinstance(operand, list) else [operand]
    if not values:
        raise PatternError("anything-but takes a list that is not empty", where)
    kinds = {_kind(value) for value in values}
    if kinds not in ({"string"}, {"number"}):
        raise PatternError("anything-but takes strings or numbers, not both, and nothing else", where)
    return AnythingBut(tuple(Exactly(value) for value in values))


def _nested_refusals(operand: dict[str, Any], where: str) -> tuple[Matcher, ...]:
    allowed = {name: _OPERATORS[name] for name in ("prefix", "suffix", "equals-ignore-case", "wildcard")}
    if len(operand) != 1 or next(iter(operand)) not in allowed:
        raise PatternError(f"anything-but takes values or one of {', '.join(allowed)}", where)
    operator, found = next(iter(operand.items()))
    texts = found if isinstance(found, list) else [found]
    if not texts:
        raise PatternError("anything-but takes a list that is not empty", where)
    for text in texts:
        if not _text(text, operator, where) and operator in ("prefix", "suffix"):
            raise PatternError(f"{operator} inside anything-but takes a string that is not empty", where)
    return tuple(allowed[operator](text, where) for text in texts)


def _kind(value: Any) -> str:
    if isinstance(value, str):
        return "string"
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return "number" if is_number else "other"


_OPERATORS: dict[str, Callable[[Any, str], Matcher]] = {
    "exactly": _exactly,
    "prefix": _prefix,
    "suffix": _suffix,
    "anything-but": _anything_but,
    "numeric": _numeric,
    "exists": _exists,
    "equals-ignore-case": _ignoring_case,
    "wildcard": _wildcard,
    "cidr": _cidr,
}

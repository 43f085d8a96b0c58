"""The tree of an expression: what was written, before anything is computed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Operator = Literal["+", "-", "*", "/", "^", "==", "!=", "<", "<=", ">", ">=", "AND", "OR"]


@dataclass(frozen=True)
class Number:
    value: float


@dataclass(frozen=True)
class Reference:
    """The id of another query; ids start with a lower-case letter (API reference: MetricDataQuery)."""

    name: str
    position: int


@dataclass(frozen=True)
class Keyword:
    """A bare upper-case word, such as the REPEAT of ``FILL(m1, REPEAT)``."""

    name: str
    position: int


@dataclass(frozen=True)
class Text:
    value: str


@dataclass(frozen=True)
class Array:
    items: tuple[Expression, ...]


@dataclass(frozen=True)
class Negation:
    operand: Expression


@dataclass(frozen=True)
class Operation:
    operator: Operator
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Call:
    function: str
    arguments: tuple[Expression, ...]
    position: int


Expression = Number | Reference | Keyword | Text | Array | Negation | Operation | Call


def size(expression: Expression) -> int:
    """How many values are computed to compute it."""
    match expression:
        case Negation(operand=operand):
            return 1 + size(operand)
        case Operation(left=left, right=right):
            return 1 + size(left) + size(right)
        case Array(items=items) | Call(arguments=items):
            return 1 + sum(size(item) for item in items)
    return 1


def is_over_all_metrics(expression: Expression) -> bool:
    """Whether it computes with every metric of the request at once."""
    match expression:
        case Negation(operand=operand):
            return is_over_all_metrics(operand)
        case Operation(left=left, right=right):
            return is_over_all_metrics(left) or is_over_all_metrics(right)
        case Array(items=items) | Call(arguments=items):
            is_metrics = isinstance(expression, Call) and expression.function == "METRICS"
            return is_metrics or any(is_over_all_metrics(item) for item in items)
    return False


def references(expression: Expression) -> Iterator[str]:
    """Every id an expression names, in the order of the text, repeats included."""
    match expression:
        case Reference(name=name):
            yield name
        case Negation(operand=operand):
            yield from references(operand)
        case Operation(left=left, right=right):
            yield from references(left)
            yield from references(right)
        case Array(items=items) | Call(arguments=items):
            for item in items:
                yield from references(item)

"""Computes the tree of an expression over the values its ids stand for."""

from __future__ import annotations

from typing import Protocol

from greenshift.twin.alarms.expressions.arithmetic import apply, each
from greenshift.twin.alarms.expressions.errors import ExpressionError
from greenshift.twin.alarms.expressions.functions import call
from greenshift.twin.alarms.expressions.tree import (
    Array,
    Call,
    Expression,
    Keyword,
    Negation,
    Number,
    Operation,
    Reference,
    Text,
)
from greenshift.twin.alarms.expressions.values import Scalar, Series, SeriesList, Value, Word


class Scope(Protocol):
    """What an expression may ask of its surroundings."""

    def value(self, name: str) -> Value:
        """The value of another query; ExpressionError when there is none of that id."""
        ...

    def metrics(self, containing: str) -> tuple[Series, ...]:
        """The metrics of the request whose id contains a text, in their order."""
        ...

    def slots(self, period: int) -> list[float]:
        """The times at which a series of this period has points if it has no gaps."""
        ...


def evaluate(tree: Expression, scope: Scope) -> Value:
    match tree:
        case Number(value=value):
            return Scalar(value)
        case Reference(name=name):
            return scope.value(name)
        case Operation(operator=operator, left=left, right=right):
            return apply(operator, evaluate(left, scope), evaluate(right, scope))
        case Negation(operand=operand):
            return _negative(evaluate(operand, scope))
        case Call():
            return _call(tree, scope)
        case Array(items=items):
            return SeriesList(tuple(_members(evaluate(item, scope)) for item in items))
        case Keyword(name=text) | Text(value=text):
            return Word(text)


def _negative(value: Value) -> Value:
    if isinstance(value, Scalar):
        return Scalar(None if value.value is None else -value.value)
    if isinstance(value, Series):
        return each(value, lambda number: -number)
    return apply("*", Scalar(-1.0), value)


def _call(tree: Call, scope: Scope) -> Value:
    if tree.function == "METRICS":
        return SeriesList(scope.metrics(_search(tree.arguments)))
    arguments = [evaluate(argument, scope) for argument in tree.arguments]
    return call(tree.function, arguments, scope.slots)


def _search(arguments: tuple[Expression, ...]) -> str:
    match arguments:
        case ():
            return ""
        case (Text(value=text),):
            return text
    raise ExpressionError('METRICS takes no argument or a text, as in METRICS("errors")')


def _members(value: Value) -> Series:
    if not isinstance(value, Series):
        raise ExpressionError("An array holds time series only")
    return value

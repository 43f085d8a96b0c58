"""Reads an expression by recursive descent, loosest binding first.

    or > and > comparison > sum > product > sign > power > atom

AWS does not publish the precedence; this is the usual one, with ``^`` to the right and above the sign
(``-2^2`` is -4). ``&&`` and ``AND``, ``||`` and ``OR`` are the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from greenshift.twin.alarms.expressions.errors import ExpressionError
from greenshift.twin.alarms.expressions.functions import SIGNATURES
from greenshift.twin.alarms.expressions.tokens import Token, tokens
from greenshift.twin.alarms.expressions.tree import (
    Array,
    Call,
    Expression,
    Keyword,
    Negation,
    Number,
    Operation,
    Operator,
    Reference,
    Text,
)

MAXIMUM_DEPTH = 64
# A chain of operators is a tree as deep as it is long, and is computed recursively.
MAXIMUM_OPERATORS = 200

_OR: dict[str, Operator] = {"||": "OR", "OR": "OR"}
_AND: dict[str, Operator] = {"&&": "AND", "AND": "AND"}
_COMPARISON: dict[str, Operator] = {"==": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_SUM: dict[str, Operator] = {"+": "+", "-": "-"}
_PRODUCT: dict[str, Operator] = {"*": "*", "/": "/"}


@lru_cache(maxsize=1024)
def parse(source: str) -> Expression:
    """The tree of an expression; ExpressionError names what does not belong."""
    parser = _Parser(list(tokens(source)))
    tree = parser.expression()
    parser.expect_end()
    return tree


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._next = 0
        self._depth = 0
        self._operators = 0

    def expression(self) -> Expression:
        self._depth += 1
        if self._depth > MAXIMUM_DEPTH:
            raise ExpressionError(f"Nested deeper than {MAXIMUM_DEPTH} levels", self._current.position)
        tree = self._or()
        self._depth -= 1
        return tree

    def expect_end(self) -> None:
        if self._current.kind != "end":
            raise self._unexpected("the end of the expression")

    def _or(self) -> Expression:
        return self._left_to_right(_OR, self._and)

    def _and(self) -> Expression:
        return self._left_to_right(_AND, self._comparison)

    def _comparison(self) -> Expression:
        return self._left_to_right(_COMPARISON, self._sum)

    def _sum(self) -> Expression:
        return self._left_to_right(_SUM, self._product)

    def _product(self) -> Expression:
        return self._left_to_right(_PRODUCT, self._sign)

    def _left_to_right(self, operators: dict[str, Operator], operand: Callable[[], Expression]) -> Expression:
        tree = operand()
        while self._current.kind in ("symbol", "name") and self._current.text in operators:
            operator = operators[self._take().text]
            self._operators += 1
            if self._operators > MAXIMUM_OPERATORS:
                raise ExpressionError(f"More than {MAXIMUM_OPERATORS} operators", self._current.position)
            tree = Operation(operator, tree, operand())
        return tree

    def _sign(self) -> Expression:
        signs = 0
        while self._is("-") or self._is("+"):
            signs += self._take().text == "-"
        tree = self._power()
        return Negation(tree) if signs % 2 else tree

    def _power(self) -> Expression:
        base = self._atom()
        if not self._is("^"):
            return base
        self._take()
        self._depth += 1
        if self._depth > MAXIMUM_DEPTH:
            raise ExpressionError(f"Nested deeper than {MAXIMUM_DEPTH} levels", self._current.position)
        exponent = self._sign()
        self._depth -= 1
        return Operation("^", base, exponent)

    def _atom(self) -> Expression:
        token = self._current
        if token.kind == "number":
            return Number(float(self._take().text))
        if token.kind == "text":
            return Text(self._take().text[1:-1])
        if token.kind == "name":
            return self._name()
        if self._is("("):
            self._take()
            inner = self.expression()
            self._expect(")")
            return inner
        if self._is("["):
            self._take()
            return Array(self._list("]"))
        raise self._unexpected("a number, an id, a function or a parenthesis")

    def _name(self) -> Expression:
        token = self._take()
        if self._is("("):
            self._take()
            return self._call(token)
        if token.text[0].islower():
            return Reference(token.text, token.position)
        return Keyword(token.text, token.position)

    def _call(self, name: Token) -> Expression:
        signature = SIGNATURES.get(name.text)
        if signature is None:
            known = ", ".join(sorted(SIGNATURES))
            raise ExpressionError(
                f"The twin does not support the function {name.text} (it has {known})", name.position
            )
        arguments = self._list(")")
        if not signature.least <= len(arguments) <= signature.most:
            raise ExpressionError(
                f"{name.text} takes {signature.arity()}, not {len(arguments)}", name.position
            )
        return Call(name.text, arguments, name.position)

    def _list(self, closing: str) -> tuple[Expression, ...]:
        items: list[Expression] = []
        while not self._is(closing):
            if items:
                self._expect(",")
            items.append(self.expression())
        self._take()
        return tuple(items)

    @property
    def _current(self) -> Token:
        return self._tokens[self._next]

    def _is(self, symbol: str) -> bool:
        return self._current.kind == "symbol" and self._current.text == symbol

    def _take(self) -> Token:
        token = self._current
        self._next += 1
        return token

    def _expect(self, symbol: str) -> None:
        if not self._is(symbol):
            raise self._unexpected(repr(symbol))
        self._take()

    def _unexpected(self, wanted: str) -> ExpressionError:
        found = "the end" if self._current.kind == "end" else repr(self._current.text)
        return ExpressionError(f"Expected {wanted}, found {found}", self._current.position)

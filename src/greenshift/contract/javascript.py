"""Which modules a JavaScript or TypeScript file loads, by reading it as a JavaScript engine would.

A lexer, as comments, strings, templates and regular expressions may all hold what looks like code. It
forgives what is none, such as the text of JSX: a quote without an end on its line is no string. Python 3.9's
syntax, as it runs in builds too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

WORD, TEXT, MARK = "word", "text", "mark"
_SPACE = re.compile(r"(?:\s|//[^\n\u2028\u2029]*|/\*.*?\*/)+", re.DOTALL)
_WORD = re.compile(r"[\w$#\\]+")
_QUOTED = re.compile(r"""'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)\"""", re.DOTALL)
# A class may hold a slash: /[/]/ is one expression.
_REGEX = re.compile(r"/(?![*/])(?:[^\\/\[\n]|\\[^\n]|\[(?:[^\]\\\n]|\\[^\n])*\])+/\w*")
_IN_TEMPLATE = re.compile(r"(?:[^`\\$]|\\.|\$(?!\{))*", re.DOTALL)
# After these an expression begins, so that a slash begins a regular expression.
_BEFORE_EXPRESSION = frozenset(
    (
        *("return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "instanceof", "do"),
        *("else", "await", "yield", "default"),
    )
)
_BEFORE_STATEMENT = frozenset(("if", "while", "for", "with"))
_BEFORE_BLOCK = frozenset(("else", "do", "try", "finally"))
_ENDS_BLOCK_HEAD = frozenset([")", ";", "{", "}", ">"])


class Token(NamedTuple):
    kind: str
    value: str
    at: int


class Load(NamedTuple):
    """A module that is loaded under this name; ``line`` counts from 1."""

    module: str
    line: int


def loads(text: str) -> list[Load]:
    """Every module loaded under a name that is written down, in the order of the text.

    >>> loads("const { S3 } = require (`aws-sdk`) // require('b')")
    [Load(module='aws-sdk', line=1)]
    """
    tokens = list(_Lexer(text).tokens())
    loaders = _loaders(tokens)
    found = (each for index in range(len(tokens)) if (each := _loaded(tokens, index, loaders)))
    return [Load(token.value, text.count("\n", 0, token.at) + 1) for token in found]


def _loaders(tokens: Sequence[Token]) -> set[str]:
    """What `require` is called here: `const load = createRequire(import.meta.url)` makes another one."""
    names = {"require", "__require"}
    for index, token in enumerate(tokens):
        if token.value == "createRequire" and _value(tokens, index + 1) == "(":
            start = index - 2 if _value(tokens, index - 1) == "." else index
            if _value(tokens, start - 1) == "=":
                names.add(_value(tokens, start - 2))
    return names


def _loaded(tokens: Sequence[Token], index: int, loaders: set[str]) -> Token | None:
    """The text token of the module that the word at ``index`` loads."""
    token = tokens[index]
    if token.kind != WORD:
        return None
    if token.value == "createRequire":
        after = _after_parentheses(tokens, index + 1)
        return _text_in_call(tokens, after)
    if _value(tokens, index - 1) == "." and _value(tokens, index - 2) != "module":
        return None
    if token.value in loaders:
        resolves = [_value(tokens, index + 1), _value(tokens, index + 2)] == [".", "resolve"]
        return _text_in_call(tokens, index + 3 if resolves else index + 1)
    if token.value in ("import", "export"):
        return _imported(tokens, index)
    return None


def _imported(tokens: Sequence[Token], index: int) -> Token | None:
    """The module named by `import "x"`, `import("x")`, `import … from "x"` or `export … from "x"`."""
    if tokens[index].value == "import":
        following = _at(tokens, index + 1)
        if following is not None and following.kind == TEXT:
            return following
        if following is not None and following.value == "(":
            return _text_in_call(tokens, index + 1)
    elif _value(tokens, index + 1) not in ("*", "{", "type"):
        return None
    if _is_of_types(tokens, index):
        return None
    for place in range(index + 1, len(tokens)):
        token = tokens[place]
        if token.value == "from" and (module := _at(tokens, place + 1)) and module.kind == TEXT:
            return module
        if token.kind == MARK and token.value not in "{},*":
            return None
    return None


def _is_of_types(tokens: Sequence[Token], index: int) -> bool:
    """TypeScript leaves out `import type { S3 } from "x"`, but `import type from "x"` imports a value."""
    return _value(tokens, index + 1) == "type" and _value(tokens, index + 2) not in ("from", ",")


def _text_in_call(tokens: Sequence[Token], index: int) -> Token | None:
    inside = _at(tokens, index + 1)
    is_call = _value(tokens, index) == "(" and inside is not None and inside.kind == TEXT
    return inside if is_call and _value(tokens, index + 2) in (")", ",") else None


def _after_parentheses(tokens: Sequence[Token], index: int) -> int:
    depth = 0
    for place in range(index, len(tokens)):
        depth += {"(": 1, ")": -1}.get(_value(tokens, place), 0)
        if depth == 0:
            return place + 1
    return len(tokens)


def _at(tokens: Sequence[Token], index: int) -> Token | None:
    return tokens[index] if 0 <= index < len(tokens) else None


def _value(tokens: Sequence[Token], index: int) -> str:
    """A word or mark; empty for a text, whatever it says."""
    token = _at(tokens, index)
    return token.value if token is not None and token.kind != TEXT else ""


class _Lexer:
    """One pass over a text. ``open`` are the brackets not closed yet, each with what it may be."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = text.find("\n") if text.startswith("#!") else 0
        self._last: Token | None = None
        self._open: list[str] = []
        self._expects_value = True  # whether an expression may begin here, as a slash then does

    def tokens(self) -> Iterator[Token]:
        while 0 <= self._at < len(self._text):
            if (space := _SPACE.match(self._text, self._at)) is not None:
                self._at = space.end()
                continue
            token = self._next()
            if token is not None:
                self._last = token
                yield token

    def _next(self) -> Token | None:
        text, at = self._text, self._at
        sign = text[at]
        if sign == "`":
            return self._template(at + 1)
        if sign in "'\"" and (quoted := _QUOTED.match(text, at)) is not None:
            self._value_until(quoted.end())
            return Token(TEXT, quoted.group(1) if sign == "'" else quoted.group(2), at)
        if sign == "/" and self._expects_value and (regex := _REGEX.match(text, at)) is not None:
            self._value_until(regex.end())
            return Token(MARK, "/regex/", at)
        if (word := _WORD.match(text, at)) is not None:
            self._at = word.end()
            self._expects_value = word.group() in _BEFORE_EXPRESSION and not self._is_after(".")
            return Token(WORD, word.group(), at)
        return self._mark(sign)

    def _mark(self, sign: str) -> Token | None:
        at = self._at
        self._at += 1
        if sign in "([{":
            self._open.append(self._kind_of(sign))
            self._expects_value = True
        elif sign in ")]}":
            kind = self._open.pop() if self._open else ""
            if kind == "template":
                return self._template(self._at)
            self._expects_value = kind in ("block", "head")
        else:
            # `</` closes an element of JSX; nobody compares with a regular expression. `x++ / 2` divides.
            is_closing_element = sign == "<" and self._text.startswith("/", self._at)
            is_step = sign in "+-" and self._is_after(sign) and self._text[at - 1] == sign
            self._expects_value = not is_closing_element and not is_step
        return Token(MARK, sign, at)

    def _kind_of(self, sign: str) -> str:
        """What a bracket that opens here holds, as far as what follows its end depends on it."""
        last = self._last
        if sign == "(":
            is_head = last is not None and last.kind == WORD and last.value in _BEFORE_STATEMENT
            return "head" if is_head else "value"
        if sign == "{" and (last is None or self._begins_block(last)):
            return "block"
        return "value"

    def _begins_block(self, last: Token) -> bool:
        if last.kind == WORD:
            return last.value in _BEFORE_BLOCK
        is_arrow = last.value == ">" and self._text[last.at - 1 : last.at] == "="
        return last.kind == MARK and last.value in _ENDS_BLOCK_HEAD and (last.value != ">" or is_arrow)

    def _template(self, start: int) -> Token | None:
        """A template from ``start``: a text when nothing is put into it; without an end, no template."""
        text, at = self._text, start - 1
        end = _IN_TEMPLATE.match(text, start).end()  # type: ignore[union-attr]
        if text.startswith("${", end):
            self._open.append("template")
            self._at, self._expects_value = end + 2, True
            return Token(MARK, "`", at)
        if not text.startswith("`", end):
            self._at, self._expects_value = start, True
            return Token(MARK, text[at], at)
        self._value_until(end + 1)
        is_whole = text[at] == "`"
        return Token(TEXT, text[start:end], at) if is_whole else Token(MARK, "`", at)

    def _value_until(self, end: int) -> None:
        self._at, self._expects_value = end, False

    def _is_after(self, value: str) -> bool:
        return self._last is not None and self._last.kind == MARK and self._last.value == value

"""The rule of a composite alarm: read once, computed from the states of its children; pure.

``ALARM(x)``, ``OK(x)``, ``INSUFFICIENT_DATA(x)``, ``TRUE`` and ``FALSE`` with AND, OR, NOT and parentheses;
names may be quoted or ARNs (API reference: PutCompositeAlarm). NOT binds tightest, then AND, then OR.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

MAXIMUM_CHILDREN = 100
MAXIMUM_ELEMENTS = 500
# Of parentheses and NOTs in each other; a rule is read and computed recursively.
MAXIMUM_DEPTH = 64

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<state>ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"(?P<quoted>[^"]+)"|(?P<bare>[^"\s()]+))\s*\)
      | (?P<word>AND|OR|NOT|TRUE|FALSE)\b
      | (?P<paren>[()])
    )""",
    re.VERBOSE | re.IGNORECASE,
)


class RuleError(Exception):
    """A rule cannot be read; the text says where."""


@dataclass(frozen=True)
class IsInState:
    alarm: str
    state: str


@dataclass(frozen=True)
class Constant:
    value: bool


@dataclass(frozen=True)
class Not:
    operand: Rule


@dataclass(frozen=True)
class All:
    parts: tuple[Rule, ...]


@dataclass(frozen=True)
class Any:
    parts: tuple[Rule, ...]


Rule = IsInState | Constant | Not | All | Any


def holds(rule: Rule, state_of: Callable[[str], str | None]) -> bool:
    """Whether a rule is true; an alarm that is not there (None) is in no state."""
    match rule:
        case IsInState(alarm=alarm, state=state):
            return state_of(alarm) == state
        case Constant(value=value):
            return value
        case Not(operand=operand):
            return not holds(operand, state_of)
        case All(parts=parts):
            return all(holds(part, state_of) for part in parts)
        case Any(parts=parts):
            return any(holds(part, state_of) for part in parts)


def children(rule: Rule) -> Iterator[str]:
    """The names of the alarms a rule looks at, in the order of the text, repeats included."""
    match rule:
        case IsInState(alarm=alarm):
            yield alarm
        case Not(operand=operand):
            yield from children(operand)
        case All(parts=parts) | Any(parts=parts):
            for part in parts:
                yield from children(part)


def parse_rule(text: str) -> Rule:
    """Read a rule; RuleError says where it stops making sense."""
    reader = _Reader(text)
    rule = reader.any()
    reader.expect_end()
    if len(set(children(rule))) > MAXIMUM_CHILDREN:
        raise RuleError(f"the rule names more than {MAXIMUM_CHILDREN} alarms")
    return rule


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._elements = 0
        self._depth = 0

    def any(self) -> Rule:
        parts = [self._all()]
        while self._take_word("OR"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Any(tuple(parts))

    def expect_end(self) -> None:
        if self._text[self._position :].strip():
            raise self._error("AND, OR or the end")

    def _all(self) -> Rule:
        parts = [self._not()]
        while self._take_word("AND"):
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _not(self) -> Rule:
        self._elements += 1
        if self._elements > MAXIMUM_ELEMENTS:
            raise RuleError(f"the rule has more than {MAXIMUM_ELEMENTS} elements")
        self._depth += 1
        if self._depth > MAXIMUM_DEPTH:
            raise RuleError(f"the rule is nested deeper than {MAXIMUM_DEPTH} levels")
        found = Not(self._not()) if self._take_word("NOT") else self._element()
        self._depth -= 1
        return found

    def _element(self) -> Rule:
        match = self._match()
        if match and (state := match["state"]):
            self._position = match.end()
            return IsInState(alarm_name(match["quoted"] or match["bare"]), state.upper())
        for word, value in (("TRUE", True), ("FALSE", False)):
            if self._take_word(word):
                return Constant(value)
        if match and match["paren"] == "(":
            self._position = match.end()
            inner = self.any()
            self._close()
            return inner
        raise self._error("ALARM(…), OK(…), INSUFFICIENT_DATA(…), TRUE, FALSE, NOT or (")

    def _close(self) -> None:
        match = self._match()
        if not match or match["paren"] != ")":
            raise self._error(")")
        self._position = match.end()

    def _take_word(self, word: str) -> bool:
        match = self._match()
        if not match or (match["word"] or "").upper() != word:
            return False
        self._position = match.end()
        return True

    def _match(self) -> re.Match[str] | None:
        return _TOKEN.match(self._text, self._position)

    def _error(self, wanted: str) -> RuleError:
        rest = self._text[self._position :].strip()
        found = f"'{rest[:30]}'" if rest else "the end of the rule"
        return RuleError(f"expected {wanted} at character {self._position}, found {found}")


def alarm_name(reference: str) -> str:
    """An alarm may be named by its ARN, ``arn:aws:cloudwatch:REGION:ACCOUNT:alarm:NAME``."""
    return reference.split(":", 6)[6] if reference.startswith("arn:") else reference

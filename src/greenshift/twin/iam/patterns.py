"""Patterns of policies: ``*``, ``?`` and policy variables.

User guide, "IAM policy elements: Variables and tags": ``${key}``, ``${key, 'default'}``, and ``${*}``,
``${?}``, ``${$}`` for the characters themselves. What a variable stands for is never itself a pattern.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

Keys = Mapping[str, tuple[str, ...]]
"""The request's condition keys, lower-case, each with its values."""

# Any characters, in an expression that is not whole yet; AWS takes no such character in a policy.
_STAR = "\x00"
_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_WITH_DEFAULT = re.compile(r"\s*([^,\s]+)\s*,\s*'([^']*)'\s*")


def matches(pattern: str, text: str, keys: Keys, *, ignore_case: bool = False) -> bool:
    """Whether the text fits the pattern; a variable without a value fits nothing."""
    if "${" not in pattern:
        return _compiled(pattern, ignore_case).fullmatch(text) is not None
    expression = _with_variables(pattern, keys)
    flags = re.DOTALL | (re.IGNORECASE if ignore_case else 0)
    return expression is not None and re.fullmatch(expression, text, flags) is not None


def substituted(text: str, keys: Keys) -> str | None:
    """The text with its variables replaced, for operators without wildcards; None when one is missing."""
    values = [_value(name, keys) for name in _VARIABLE.findall(text)]
    if None in values:
        return None
    found = iter(values)
    return _VARIABLE.sub(lambda _: str(next(found)), text)


@lru_cache(maxsize=4096)
def _compiled(pattern: str, ignore_case: bool) -> re.Pattern[str]:
    return re.compile(_one_pass(_expression(pattern)), re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def _expression(pattern: str) -> str:
    return (
        re.escape(pattern.replace(_STAR, "\N{REPLACEMENT CHARACTER}"))
        .replace(r"\*", _STAR)
        .replace(r"\?", ".")
    )


def _one_pass(expression: str) -> str:
    """What follows a star is taken where it first occurs and never tried elsewhere: time stays linear."""
    first, *rest = expression.split(_STAR)
    if not rest:
        return first
    *middle, last = rest
    return first + "".join(f"(?>.*?{each})" for each in middle if each) + ".*" + last


def _with_variables(pattern: str, keys: Keys) -> str | None:
    expression, end = "", 0
    for found in _VARIABLE.finditer(pattern):
        value = _value(found[1], keys)
        if value is None:
            return None
        expression += _expression(pattern[end : found.start()]) + re.escape(value)
        end = found.end()
    return _one_pass(expression + _expression(pattern[end:]))


def _value(name: str, keys: Keys) -> str | None:
    if name in ("*", "?", "$"):
        return name
    default = _WITH_DEFAULT.fullmatch(name)
    values = keys.get((default[1] if default else name).strip().lower(), ())
    # A key with several values cannot be used as a variable (user guide, same page).
    if len(values) == 1:
        return values[0]
    return default[2] if default else None

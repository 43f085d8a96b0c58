"""Patterns of IAM policies compared with each other: does one say all that another says, do they meet?

Both answers err to one side only: `covers` may miss a cover that exists (a permission then counts as lost
that is not), `overlaps` may see a meeting that is none. Neither errs the other way. User guide, "IAM policy
elements": ``*`` is any text, ``?`` one character, ``${…}`` is known only to a request.
"""

from __future__ import annotations

import re
from functools import lru_cache

_TOKEN = re.compile(r"\$\{[^}]*\}|.", re.DOTALL)
_WILD = re.compile(r"[*?]+")

Tokens = tuple[str, ...]
Place = tuple[int, int]


@lru_cache(maxsize=4096)
def covers(wide: str, narrow: str) -> bool:
    """Whether every text that fits ``narrow`` fits ``wide``: `s3:*` covers `s3:Get*`."""
    pattern = _tokens(wide)
    reached = _with_empty_stars(pattern, {0})
    for token in _tokens(narrow):
        reached = _with_empty_stars(pattern, {after for at in reached for after in _take(pattern, at, token)})
    return len(pattern) in reached


def _take(pattern: Tokens, at: int, token: str) -> tuple[int, ...]:
    """Where the wide pattern may stand after it took one token of the narrow one."""
    if at == len(pattern):
        return ()
    if pattern[at] == "*":
        return (at,)
    is_one_character = len(token) == 1 and token != "*"
    return (at + 1,) if pattern[at] == token or (pattern[at] == "?" and is_one_character) else ()


def _with_empty_stars(pattern: Tokens, reached: set[int]) -> set[int]:
    for at, token in enumerate(pattern):
        if at in reached and token == "*":
            reached.add(at + 1)
    return reached


@lru_cache(maxsize=4096)
def overlaps(one: str, other: str) -> bool:
    """Whether some text fits both. A variable may stand for anything."""
    left, right = _with_open_variables(one), _with_open_variables(other)
    todo: list[Place] = [(0, 0)]
    seen: set[Place] = set()
    while todo:
        place = todo.pop()
        if place not in seen:
            seen.add(place)
            todo += _moves(left, right, place)
    return (len(left), len(right)) in seen


def _moves(left: Tokens, right: Tokens, place: Place) -> list[Place]:
    """Where two readers of one text may stand next. The empty text stands for the end of a pattern."""
    at, there = place
    mine, theirs = (*left[at : at + 1], "")[0], (*right[there : there + 1], "")[0]
    moves = []
    if mine == "*":
        moves += [(at + 1, there), *([(at, there + 1)] if theirs else [])]
    if theirs == "*":
        moves += [(at, there + 1), *([(at + 1, there)] if mine else [])]
    if mine and theirs and (mine == theirs or "?" in (mine, theirs)):
        moves.append((at + 1, there + 1))
    return moves


def _tokens(pattern: str) -> Tokens:
    return tuple(_TOKEN.findall(_WILD.sub(_ordered, pattern)))


def _ordered(found: re.Match[str]) -> str:
    """`*?*` and `?*` mean the same; one way of writing it makes them equal."""
    wild = found[0]
    return "?" * wild.count("?") + ("*" if "*" in wild else "")


def _with_open_variables(pattern: str) -> Tokens:
    return tuple("*" if len(token) > 1 else token for token in _tokens(pattern))

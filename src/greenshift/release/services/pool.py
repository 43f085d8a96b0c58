"""Many AWS calls at once, a few at a time: 200 functions, eight threads, answers in the order of the
questions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

WORKERS = 8

Q = TypeVar("Q")
A = TypeVar("A")


def in_parallel(ask: Callable[[Q], A], questions: Iterable[Q]) -> list[A]:
    """The answers, in order. The first error is raised after every call has ended."""
    items = list(questions)
    if len(items) < 2:
        return [ask(item) for item in items]
    with ThreadPoolExecutor(min(WORKERS, len(items))) as executor:
        return list(executor.map(ask, items))


def in_batches(items: Iterable[Q], size: int) -> list[list[Q]]:
    """`[1, 2, 3], 2 -> [[1, 2], [3]]`"""
    all_of_them = list(items)
    return [all_of_them[start : start + size] for start in range(0, len(all_of_them), size)]

"""A page of a big stack, for everything that needs a server and no twin."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.people.page import Visitor, serving
from support.stacks.big_stack import BigStack
from support.stacks.watched import big_stack


@pytest.fixture(scope="module")
def stack() -> BigStack:
    return BigStack(functions=200, releases=10_000)


@pytest.fixture(scope="module")
def visitor(stack: BigStack) -> Iterator[Visitor]:
    """Somebody with the token, on a read-only page."""
    with serving(big_stack(stack)) as found:
        yield found

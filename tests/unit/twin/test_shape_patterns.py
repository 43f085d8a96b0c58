"""No text a client sends keeps one of botocore's patterns busy: tried on each that a service of ours has."""

from __future__ import annotations

import itertools
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType

import pytest
from botocore.model import Shape
from hypothesis import given
from hypothesis import strategies as st
from support.measures.effort import effort

from greenshift.twin import registry
from greenshift.twin.service import service_model
from greenshift.twin.wire.shapes import _LINEAR, validation_errors

LONGEST = 2_048
ALLOWED = 32
PIECES = (
    "a", "a.", "a-", "a/", "a:", "1", "_", "*", " ", "\n", "aA1", "/*", "arn:aws:", "a@", "=", "{", "[", "\\",
    "é", "-", ".", ":", "/", "a,", "(", "0.", "\t",
)  # fmt: skip


def shapes() -> dict[str, Shape]:
    """One of each pattern, and length."""
    found = {}
    for name in sorted(registry.NAMES):
        model = service_model(name)
        for shape in map(model.shape_for, model.shape_names):
            if shape.type_name == "string" and (pattern := shape.metadata.get("pattern")):
                found[f"{pattern} {shape.metadata.get('max')}"] = shape
    return found


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    def late(number: int, frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_no_pattern_takes_long_on_a_text_made_for_it() -> None:
    slow = set()
    for shape in shapes().values():
        try:
            with at_most(5):
                spent = effort(partial(try_all, shape))
        except TimeoutError:
            slow.add(shape.name)
        else:
            if spent > ALLOWED:
                slow.add(shape.name)
    assert slow == set()


def try_all(shape: Shape) -> None:
    """Against each text that a pattern of many ways to match would take long to refuse."""
    longest = min(shape.metadata.get("max") or LONGEST, LONGEST)
    for piece, end in itertools.product(PIECES, ("\x01", "!")):
        validation_errors(shape, (piece * longest)[: longest - 1] + end)


# Short texts: AWS's own patterns are tried as they are.
TEXTS = st.text(alphabet=" \t:-a1\x01\x7f~", max_size=9) | st.builds(
    "arn:aws{}:{}:{}:{}".format,
    st.sampled_from(["", "-cn", "-", "-a-b"]),
    st.text(alphabet="a:", max_size=4),
    st.sampled_from(["123456789012", "12345678901", "1234567890123"]),
    st.text(alphabet="a:", max_size=3),
)


@pytest.mark.parametrize("pattern", sorted(_LINEAR))
@given(text=TEXTS)
def test_what_was_written_anew_is_the_same_language(pattern: str, text: str) -> None:
    as_written = re.compile(pattern.removesuffix("$")).fullmatch(text)

    assert (re.compile(_LINEAR[pattern]).fullmatch(text) is None) is (as_written is None)

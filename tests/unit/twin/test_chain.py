"""What led to what, as a message carries it from one function to the next."""

from __future__ import annotations

import pytest

from greenshift.twin.callers.chain import NONE, Chain, from_headers, header


def test_a_chain_is_read_back_from_the_header_it_was_written_to() -> None:
    chain = Chain({"a-b_c": 3, "d": 16}, 7)

    assert from_headers([header(chain)]) == chain
    assert header(NONE) == ""


def test_of_several_messages_the_most_counts() -> None:
    texts = [header(Chain({"a": 3, "b": 1}, 2)), header(Chain({"a": 1, "b": 5})), ""]

    assert from_headers(texts) == Chain({"a": 3, "b": 5}, 2)


@pytest.mark.parametrize(
    "text", ["Root=1-2-3;Parent=4;Sampled=1", "Lineage=1", ";Lineage=x/a:1", ";Lineage=1/a:b"]
)
def test_a_header_of_somebody_else_tells_nothing(text: str) -> None:
    assert from_headers([text]) == NONE

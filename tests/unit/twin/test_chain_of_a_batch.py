"""What led to a batch of a stream's records, when different things led to each."""

from __future__ import annotations

import pytest

from greenshift.twin.callers.chain import MOST_EVENTS, NONE, Chain, go_on, of_batch
from greenshift.twin.callers.record_chains import RecordChains

LONG = Chain({}, MOST_EVENTS)


@pytest.mark.parametrize(
    ("chains", "expected"),
    [([], NONE), ([LONG], LONG), ([LONG, NONE], NONE), ([LONG, Chain({}, 3), LONG], Chain({}, 3))],
)
def test_a_batch_goes_by_the_record_that_the_least_led_to(chains: list[Chain], expected: Chain) -> None:
    assert of_batch(chains) == expected


def test_a_function_that_marks_in_its_table_what_others_write_there_is_no_loop() -> None:
    """Each batch has a record of somebody else's and the mark of the one before."""
    mark = NONE
    for _ in range(10 * MOST_EVENTS):
        mark = of_batch([NONE.with_event(), mark.with_event()])

    assert not mark.feeds_itself


async def test_what_led_to_a_record_is_kept_of_the_newest_only() -> None:
    chains = RecordChains()
    chains.note("nothing led here")
    go_on(LONG)

    for number in range(50_001):
        chains.note(str(number))

    assert chains.chain_of("nothing led here") == NONE
    assert (chains.chain_of("0"), chains.chain_of("50000")) == (NONE, LONG)

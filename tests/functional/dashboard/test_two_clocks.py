"""A page of a twin shows the reader's clock, with the twin's beside it."""

from __future__ import annotations

from datetime import UTC

from support.people.page import Visitor, serving
from support.stacks.told_stack import BEGAN, shifting, told_stack, went_back

from greenshift.view import Hours

# Half an hour after the twin's clock and the reader's agreed, which was when the release began there.
FAST = Hours.of_twin(60.0, BEGAN.timestamp(), BEGAN.timestamp() + 3600, UTC)


def words_of(visitor: Visitor) -> str:
    return " ".join(" ".join(visitor.get("/").tree.itertext()).split())


def test_a_page_of_a_twin_shows_both_clocks_and_what_they_have_to_do_with_each_other() -> None:
    with serving(told_stack(went_back(), hours=FAST)) as visitor:
        text = words_of(visitor)
        with visitor.stream("/live/") as events:
            name, first = next(events)

    assert "17:20:09 · twin 16:29:00" in text  # nine minutes there are nine seconds here
    assert "clock runs 60 times as fast as yours" in text
    assert "UTC" not in text
    assert "in the minute from 17:20:06 (twin 16:26:00)" in text
    assert "took 4 min of AWS, 4 s here" in text
    assert "succeeded in 42 s of AWS, 0.7 s here" in text
    assert (
        "Mixed for 24 s of AWS, 0.4 s here, from the first function back to the last. Back after it turned: "
        "charge 3 s of AWS, 0.1 s here; refund 6 s of AWS, 0.1 s here; settle 27 s of AWS, 0.5 s here."
    ) in text, "by the reader's clock all of it is within a second"
    assert (name, first["word"]) == ("parts", "17:20:09 · twin 16:29:00")


def test_the_next_step_and_the_ticks_of_the_charts_are_the_readers() -> None:
    with serving(told_stack(shifting(), hours=FAST)) as visitor:
        page = visitor.get("/").text

    assert "next at 17:20:10, done about 17:20:13" in page
    assert ">17:20:05</text>" in page and ">17:20:10</text>" in page, "ticks every five seconds of the reader"


def test_a_page_of_aws_shows_utc_alone() -> None:
    with serving(told_stack(went_back(), is_near=False)) as visitor:
        text = words_of(visitor)

    assert "16:29:00 UTC" in text
    assert "in the minute from 16:26" in text
    assert "took 4 min " in text
    assert "twin" not in text and "of AWS" not in text

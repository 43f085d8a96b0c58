"""What time it is by AWS, or by a twin whose time runs at its own speed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from greenshift.contract.clock import TIME_HEADER, AwsClock, answered_at

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
AT_NOON = {"date": "Mon, 23 Nov 2026 12:00:00 GMT"}


@dataclass
class Heard:
    """A clock that has heard some answers; ``elapsed`` is real time."""

    elapsed: float = 100.0
    clock: AwsClock = field(init=False)

    def __post_init__(self) -> None:
        self.clock = AwsClock(probe=lambda: None, monotonic=lambda: self.elapsed)

    def hears(self, seconds: float, header: str = "date") -> None:
        """An answer of so many seconds after noon."""
        at = NOON + timedelta(seconds=seconds)
        text = f"{at:%a, %d %b %Y %H:%M:%S} GMT" if header == "date" else f"{at.timestamp():.6f}"
        self.clock.learn({header: text})

    @property
    def seconds(self) -> float:
        return (self.clock.now() - NOON).total_seconds()


def test_between_two_answers_real_time_is_added() -> None:
    heard = Heard()
    heard.hears(0)
    heard.elapsed += 2.5

    assert heard.seconds == 2.5


@pytest.mark.parametrize("header", ["date", TIME_HEADER])
def test_an_answer_of_the_same_second_never_sets_it_back(header: str) -> None:
    heard = Heard()
    heard.hears(0, header)
    heard.elapsed += 2.5
    heard.hears(2, header)

    assert heard.seconds == 2.5


def test_time_that_jumps_is_followed_in_both_directions() -> None:
    heard = Heard()
    for seconds in (0, 3600, 10):
        heard.hears(seconds)
        assert heard.seconds == seconds


def test_the_time_of_a_twin_comes_before_the_date() -> None:
    clock = AwsClock(probe=lambda: None, monotonic=lambda: 0.0)
    clock.learn({**AT_NOON, TIME_HEADER: f"{NOON.timestamp() + 7200.25:.6f}"})

    assert clock.now() == NOON + timedelta(seconds=7200.25)


def test_an_answer_of_boto3_tells_the_time() -> None:
    clock = AwsClock(probe=lambda: None, monotonic=lambda: 0.0)
    clock.hear(answered_at({"ResponseMetadata": {"HTTPHeaders": AT_NOON}}))
    clock.hear(answered_at({}))

    assert clock.now() == NOON


def test_a_clock_that_heard_nothing_asks_once() -> None:
    asked: list[int] = []

    def ask() -> None:
        asked.append(1)
        clock.learn(AT_NOON)

    clock = AwsClock(probe=ask, monotonic=lambda: 0.0)

    assert (clock.now(), clock.now(), asked) == (NOON, NOON, [1])


def test_a_clock_that_nobody_answers_says_so() -> None:
    with pytest.raises(RuntimeError, match="no AWS response carried a Date header"):
        AwsClock(probe=lambda: None).now()


def test_what_was_heard_long_ago_is_asked_for_anew() -> None:
    """A twin's clock may run at sixty times the speed: an old answer plus real time is far from its time."""
    heard = Heard()
    told = iter([NOON, NOON + timedelta(minutes=5)])
    heard.clock = AwsClock(lambda: heard.clock.hear(next(told)), lambda: heard.elapsed)

    assert heard.clock.ask_again() == NOON
    heard.elapsed += 0.5
    assert heard.clock.ask_again() == NOON + timedelta(seconds=0.5)
    heard.elapsed += 5
    assert heard.clock.ask_again() == NOON + timedelta(minutes=5)

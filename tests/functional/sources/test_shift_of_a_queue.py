"""A queue feeds an alias while it shifts: shares, a bad version, a killed worker, faults; and no message is
lost.

``make sweep`` (GREENSHIFT_SWEEP=full) does it with ten thousand messages and more for each runtime; ``pytest
-s`` shows what became of them, case by case.
"""

from __future__ import annotations

import json
import os
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from support.measures.accounted import Accounted, account
from support.measures.binomial import bounds
from support.stacks.fed import SOURCES, Place, arn_of, released

from greenshift.testing import start_twin

IS_LONG = os.environ.get("GREENSHIFT_SWEEP") == "full"
STEPS = (0.2, 0.4, 0.6, 0.8)
PER_STEP = 2_000 if IS_LONG else 150
GOOD = {"1", "2"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with start_twin(speed=60) as twin:
        yield Place(twin, tmp_path_factory.mktemp("kept"))


class Fed:
    """A function behind an alias, fed by a queue with a dead-letter queue; every message has a number."""

    def __init__(self, place: Place, runtime: str) -> None:
        self.place = place
        role = place.role("AWSLambdaSQSQueueExecutionRole")
        self.dead = place.queue()
        redrive = {"deadLetterTargetArn": arn_of(self.dead), "maxReceiveCount": 30}
        self.url = place.queue(VisibilityTimeout="30", RedrivePolicy=json.dumps(redrive))
        self.name = released(place, runtime, role)
        place.functions.create_event_source_mapping(
            EventSourceArn=arn_of(self.url), FunctionName=f"{self.name}:live", BatchSize=1
        )
        self.sent = 0

    def route(self, version: str, **weights: float) -> None:
        self.place.functions.update_alias(
            FunctionName=self.name, Name="live", FunctionVersion=version,
            RoutingConfig={"AdditionalVersionWeights": {name[1:]: share for name, share in weights.items()}},
        )  # fmt: skip

    def send(self, count: int) -> None:
        for start in range(self.sent, self.sent + count, 10):
            entries = [{"Id": str(n), "MessageBody": str(n)} for n in range(start, start + 10)]
            self.place.sqs.send_message_batch(QueueUrl=self.url, Entries=entries)
        self.sent += count

    def settle(self, seconds: float = 120.0) -> None:
        self.place.until(lambda: self.place.count(self.url) == (0, 0), seconds)

    def by_version(self) -> Counter[str]:
        return Counter(each["version"] for each in self.place.kept(self.name))

    def accounted(self, case: str, since: int = 0) -> Accounted:
        """What became of the messages from number ``since`` on; said, and kept."""
        attempts = [
            (str(record["body"]), str(each["version"]))
            for each in self.place.kept(self.name)
            for record in each["event"]["Records"]
        ]
        among = {str(n) for n in range(since, self.sent)}
        found = account(attempts, among, GOOD, dead=self.place.count(self.dead)[0])
        print(f"\nqueue, {case}: {found}")
        return found


@pytest.mark.parametrize("runtime", SOURCES)
def test_a_shift_moves_its_share_of_messages_and_a_bad_version_and_a_killed_worker_lose_none(
    place: Place, runtime: str
) -> None:
    fed = Fed(place, runtime)
    before = Counter[str]()
    for share in STEPS:
        fed.route("1", v2=share)
        first = fed.sent
        fed.send(PER_STEP)
        fed.settle()
        now = fed.by_version()
        low, high = bounds(PER_STEP, share)
        assert low <= now["2"] - before["2"] <= high, (share, now, before)
        before = now
        fed.accounted(f"{runtime}, {share:.0%} of a good version", first)
    fed.route("2")

    first = fed.sent
    bad = _hand_over(place, lambda: fed.send(2 * PER_STEP))
    fed.route("2", v3=0.5)
    place.until(lambda: fed.by_version()["3"] >= 5)
    place.killed(fed.name)
    fed.route("2")  # rolled back, with messages in flight
    bad.join()
    fed.settle()
    after = fed.accounted(f"{runtime}, a bad version rolled back and a worker killed", first)
    assert after.lost == 0 and after.duplicates.total() >= 1  # what the killed worker had done is done again
    with _faults(place.twin):
        first = fed.sent
        fed.send(PER_STEP)
        fed.settle()
    fed.accounted(f"{runtime}, throttles and failing receives", first)

    found = fed.accounted(f"{runtime}, all")
    assert (found.processed, found.dead, found.lost) == (fed.sent, 0, 0)
    assert found.duplicates.total() <= fed.sent * 0.02  # at least once: duplicates are few


def _hand_over(place: Place, work: Any) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


class _faults:
    """Throttled invocations and receives that fail."""

    def __init__(self, twin: Any) -> None:
        self._twin = twin

    def __enter__(self) -> None:
        self._twin.inject("throttle", "lambda", "Invoke", probability=0.05, seed=1)
        self._twin.inject("error", "sqs", "ReceiveMessage", probability=0.05, seed=2)

    def __exit__(self, *_: object) -> None:
        self._twin.clear_faults()

"""A stream feeds an alias while it shifts: shares, a bad version, a killed worker, faults; and no record is
lost. ``make sweep`` (GREENSHIFT_SWEEP=full) does it with ten thousand records for each runtime.
"""

from __future__ import annotations

import base64
import os
import signal
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from support.measures.binomial import bounds
from support.stacks.fed import SOURCES, Place, released

from greenshift.testing import start_twin

IS_LONG = os.environ.get("GREENSHIFT_SWEEP") == "full"
STEPS = (0.2, 0.4, 0.6, 0.8)
PER_STEP = 2_000 if IS_LONG else 50
SECONDS = 1_800.0 if IS_LONG else 300.0
ARN = "arn:aws:kinesis:us-east-1:123456789012:stream/"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with start_twin(speed=60) as twin:
        yield Place(twin, tmp_path_factory.mktemp("kept"))


class Fed:
    """A function behind an alias, fed by a stream of four shards, a record a batch; each has a number."""

    def __init__(self, place: Place, runtime: str) -> None:
        self.place = place
        self.stream = runtime.partition(".")[0]
        self.kinesis = place.twin.client("kinesis")
        self.kinesis.create_stream(StreamName=self.stream, ShardCount=4)
        role = place.role("AWSLambdaKinesisExecutionRole")
        self.name = released(place, runtime, role)
        place.functions.create_event_source_mapping(
            EventSourceArn=ARN + self.stream, FunctionName=f"{self.name}:live", BatchSize=1,
            StartingPosition="TRIM_HORIZON",
        )  # fmt: skip
        self.sent = 0

    def route(self, version: str, **weights: float) -> None:
        self.place.functions.update_alias(
            FunctionName=self.name, Name="live", FunctionVersion=version,
            RoutingConfig={"AdditionalVersionWeights": {name[1:]: share for name, share in weights.items()}},
        )  # fmt: skip

    def send(self, count: int) -> None:
        numbers = range(self.sent, self.sent + count)
        self.sent += count
        for start in range(0, count, 50):
            records = [{"Data": str(n).encode(), "PartitionKey": str(n)} for n in numbers[start : start + 50]]
            self.kinesis.put_records(StreamName=self.stream, Records=records)

    def settle(self) -> None:
        """Until every record was given to a version that finishes its work."""
        self.place.until(lambda: len(self.processed()) == self.sent, SECONDS)

    def by_version(self) -> Counter[str]:
        return Counter(each["version"] for each in self.place.kept(self.name))

    def processed(self) -> Counter[str]:
        """How often each record was given to a version that finishes its work."""
        return Counter(
            base64.b64decode(record["kinesis"]["data"]).decode()
            for each in self.place.kept(self.name)
            if each["version"] in ("1", "2")
            for record in each["event"]["Records"]
        )


@pytest.mark.parametrize("runtime", SOURCES)
def test_a_shift_moves_its_share_of_records_and_a_bad_version_and_a_killed_worker_lose_none(
    place: Place, runtime: str
) -> None:
    fed = Fed(place, runtime)
    before = Counter[str]()
    for share in STEPS:
        fed.route("1", v2=share)
        fed.send(PER_STEP)
        fed.settle()
        now = fed.by_version()
        low, high = bounds(PER_STEP, share)
        assert low <= now["2"] - before["2"] <= high, (share, now, before)
        before = now

    fed.route("2", v3=0.5)
    fed.send(PER_STEP)
    place.until(lambda: fed.by_version()["3"] >= 3, SECONDS)
    lambda_: Any = place.twin.twin.services["lambda"]
    os.kill(lambda_.process_ids()[-1], signal.SIGKILL)
    fed.route("2")  # rolled back, with records in flight
    fed.settle()
    place.twin.inject("throttle", "lambda", "Invoke", probability=0.05, seed=1)
    place.twin.inject("error", "kinesis", "GetRecords", probability=0.05, seed=2)
    fed.send(PER_STEP)
    fed.settle()
    place.twin.clear_faults()

    done = fed.processed()
    assert len(done) == fed.sent
    assert sum(done.values()) - len(done) <= max(2, fed.sent * 0.02)  # at least once: duplicates are few

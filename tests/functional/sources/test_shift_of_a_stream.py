"""A stream feeds an alias while it shifts: shares, a bad version, a killed worker, faults; and no record is
lost. ``make sweep`` (GREENSHIFT_SWEEP=full) does it with ten thousand records and more for each runtime;
``pytest -s`` shows what became of them, case by case.
"""

from __future__ import annotations

import base64
import os
from collections import Counter
from collections.abc import Iterator

import pytest
from support.measures.accounted import Accounted, account
from support.measures.binomial import bounds
from support.stacks.fed import SOURCES, Place, released

from greenshift.testing import start_twin

IS_LONG = os.environ.get("GREENSHIFT_SWEEP") == "full"
STEPS = (0.2, 0.4, 0.6, 0.8)
PER_STEP = 2_000 if IS_LONG else 50
GOOD = {"1", "2"}
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
        self.place.until(self._is_settled, SECONDS)

    def by_version(self) -> Counter[str]:
        return Counter(each["version"] for each in self.place.kept(self.name))

    def accounted(self, case: str, since: int = 0) -> Accounted:
        """What became of the records from number ``since`` on; said, and kept."""
        among = {str(n) for n in range(since, self.sent)}
        found = account(self._attempts(), among, GOOD)
        print(f"\nstream, {case}: {found}")
        return found

    def _is_settled(self) -> bool:
        return len({record for record, version in self._attempts() if version in GOOD}) == self.sent

    def _attempts(self) -> list[tuple[str, str]]:
        return [
            (base64.b64decode(record["kinesis"]["data"]).decode(), str(each["version"]))
            for each in self.place.kept(self.name)
            for record in each["event"]["Records"]
        ]


@pytest.mark.parametrize("runtime", SOURCES)
def test_a_shift_moves_its_share_of_records_and_a_bad_version_and_a_killed_worker_lose_none(
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

    fed.route("2", v3=0.5)
    first = fed.sent
    fed.send(PER_STEP)
    place.until(lambda: fed.by_version()["3"] >= 3, SECONDS)
    place.killed(fed.name, SECONDS)
    fed.route("2")  # rolled back, with records in flight
    fed.settle()
    after = fed.accounted(f"{runtime}, a bad version rolled back and a worker killed", first)
    assert after.lost == 0 and after.duplicates.total() >= 1  # what the killed worker had done is done again
    place.twin.inject("throttle", "lambda", "Invoke", probability=0.05, seed=1)
    place.twin.inject("error", "kinesis", "GetRecords", probability=0.05, seed=2)
    first = fed.sent
    fed.send(PER_STEP)
    fed.settle()
    place.twin.clear_faults()
    fed.accounted(f"{runtime}, throttles and failing reads", first)

    found = fed.accounted(f"{runtime}, all")
    assert (found.processed, found.lost) == (fed.sent, 0)
    assert found.duplicates.total() <= max(2, fed.sent * 0.02)  # at least once: duplicates are few

"""What does a release of many functions cost, and does it end well when AWS throttles it?

    python bench/scale.py [N ...]        (2, 20 and 200 without numbers; some twenty minutes)

For each N: a stack of N functions, one release of all of them, then one with CreateDeployment limited to two
a second and 5 % of the controller's calls throttled. Prints AWS calls by operation, the controller's peak
memory and its time: of all invocations together, and of the longest. Asserts nothing.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.stacks.delivered import STACK, Delivered, until

from greenshift.testing import start_twin

# As on AWS: a job must be answered in 20 minutes, and throttled clients wait in real ones.
SPEED = 1
PATIENCE = 3600.0
CONTROLLER = f"{STACK}-controller"
_REPORT = re.compile(r"\tDuration: ([\d.]+) ms\t.*\tMax Memory Used: (\d+) MB")


@dataclass(frozen=True)
class Measured:
    """One release. Seconds are real ones."""

    functions: int
    title: str
    status: str
    seconds: float
    invocations: tuple[float, ...]
    memory_mb: int
    calls: Counter[str]
    refused: int


def measure(stack: Delivered, title: str) -> Measured:
    since, began = stack.now(), time.monotonic()
    execution = stack.start(stack.good(title))
    stack.follow(execution, seconds=PATIENCE)
    seconds = time.monotonic() - began
    calls = stack.calls(CONTROLLER, since)
    answers = sum(call["operation"].startswith("PutJob") and not call["error"] for call in calls)
    reports: list[tuple[float, int]] = []

    def are_written() -> bool:
        """The last lines of a log come after the invocation; each invocation answers one job."""
        reports[:] = reports_of(stack, since)
        return len(reports) >= answers

    until(are_written, lambda: f"{len(reports)} of {answers} reports are written")
    return Measured(
        functions=len(stack.keys),
        title=title,
        status=stack.release(execution).status,
        seconds=seconds,
        invocations=tuple(ms / 1000 for ms, _ in reports),
        memory_mb=max((mb for _, mb in reports), default=0),
        calls=Counter(f"{call['service']} {call['operation']}" for call in calls),
        refused=sum(bool(call["error"]) for call in calls),
    )


def reports_of(stack: Delivered, since: float) -> Iterator[tuple[float, int]]:
    """Duration and memory of each invocation of the controller, from the lines Lambda ends it with."""
    pages = stack.twin.client("logs").get_paginator("filter_log_events")
    for page in pages.paginate(logGroupName=f"/aws/lambda/{CONTROLLER}", startTime=int(since * 1000)):
        for event in page["events"]:
            if found := _REPORT.search(event["message"]):
                yield float(found[1]), int(found[2])


def run(count: int) -> Iterator[Measured]:
    keys = [f"f{number:03}" for number in range(count)]
    with start_twin(speed=SPEED) as twin, tempfile.TemporaryDirectory(prefix="greenshift-bench-") as folder:
        stack = Delivered(twin, Path(folder), keys)
        yield measure(stack, "plain")
        twin.inject("throttle", "codedeploy", "CreateDeployment", per_second=2)
        twin.inject("throttle", function=CONTROLLER, probability=0.05, seed=1)
        yield measure(stack, "throttled")


def show(measured: Measured) -> None:
    print(
        f"{measured.functions:>9}  {measured.title:<9}  {measured.status:<11}  {measured.seconds:>7.1f} s"
        f"  {sum(measured.invocations):>7.1f} s in {len(measured.invocations):>3}"
        f"  {max(measured.invocations, default=0):>7.1f} s  {measured.memory_mb:>5} MB"
        f"  {measured.calls.total():>6}  {measured.refused:>7}",
        flush=True,
    )


def main() -> None:
    counts = [int(argument) for argument in sys.argv[1:]] or [2, 20, 200]
    print(
        "functions  release    end              took      controller     longest      peak   calls  refused"
    )
    found = []
    for count in counts:
        for measured in run(count):
            show(measured)
            found.append(measured)
    plain = [measured for measured in found if measured.title == "plain"]
    print("\ncalls of a plain release      " + "".join(f"{each.functions:>8}" for each in plain))
    for operation in sorted({name for each in plain for name in each.calls}):
        print(f"{operation:<30}" + "".join(f"{each.calls[operation]:>8}" for each in plain))


if __name__ == "__main__":
    main()

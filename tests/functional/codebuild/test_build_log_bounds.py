"""A build that prints without end: its log is cut and says so, and nobody else waits for it."""

from __future__ import annotations

import os
import resource
from typing import Any

from greenshift.twin.codebuild.log import LogLimits

# In `make sweep` as many as once made the twin swell; fewer would, too, where nothing is cut.
MEGABYTES = 200 if os.environ.get("GREENSHIFT_SWEEP") else 60
LINE = "x" * 99
SPEC = f"""
version: 0.2
phases:
  build:
    commands:
      - yes {LINE} 2>/dev/null | head -c {MEGABYTES}000000
      - echo the end
"""


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def test_a_build_that_prints_without_end_has_a_log_that_is_cut_and_says_so(builds: Any) -> None:
    limits, before = LogLimits(), peak_mib()
    builds.twin.request("POST", "/_twin/heartbeat")

    build = builds.wait(builds.start(builds.project(SPEC)))

    beat = builds.twin.request("DELETE", "/_twin/heartbeat")
    more = peak_mib() - before
    print(f"peak {more:.0f} MiB more; longest stall {beat['longest_processor']:.3f} s")
    lines = the_end_of_the_log(builds, build)
    [cut] = [each for each in lines if "are cut here" in each]
    assert f" {MEGABYTES * 10_000 - limits.lines - limits.last:,} lines of output are cut here" in cut
    assert lines.count(LINE) > lines.index(cut) > 0
    assert build["buildStatus"] == "SUCCEEDED"
    assert "the end" in lines
    assert more < 150
    assert beat["longest_processor"] < 0.25


def the_end_of_the_log(builds: Any, build: dict[str, Any]) -> list[str]:
    where = {"logGroupName": build["logs"]["groupName"], "logStreamName": build["logs"]["streamName"]}
    found = builds.logs.get_log_events(**where, startFromHead=False, limit=400)
    return [event["message"] for event in found["events"]]

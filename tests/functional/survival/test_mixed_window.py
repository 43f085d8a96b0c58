"""All or nothing in time: from the first function that is back to the last it takes moments.

Up to ten alarms CodeDeploy turns all deployments itself; beyond that the recorder does, woken by the alarm.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from support.accounts.paced import Paced
from support.faults.sweep import Tried, failing, try_one
from support.stacks.delivered import Delivered

from greenshift.contract.statuses import Status
from greenshift.testing import start_twin
from greenshift.twin.codedeploy.progress import POLL_SECONDS

# On the paced clock an invocation takes a second of the twin for each real one it takes.
INVOCATION = 10.0


@pytest.mark.parametrize("count", [2, 20, 100])
def test_functions_are_back_within_two_polls_of_alarms_and_an_invocation(
    count: int, tmp_path: Path, is_full: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    if count > 2 and not is_full:
        pytest.skip("make sweep has the time for so many functions")
    keys = tuple(f"f{number:03}" for number in range(count))
    with start_twin(clock="manual") as twin, Paced(twin):
        stack = Delivered(twin, tmp_path, keys, "Canary50Percent10Minutes")
        tried = Tried()
        ended = try_one(
            stack, tried, "back", failing(stack), expected=[Status.ROLLED_BACK], traffic=keys[0], seconds=2400
        )
        release = stack.release(ended.id)

    assert tried.wrong == []
    assert release.mixed is not None
    assert len([item for item in release.functions if item.back_at is not None]) == count
    with capsys.disabled():
        print(f"\nmixed window of {count} functions: {release.mixed.total_seconds():.1f} s of the twin")
    assert release.mixed.total_seconds() <= 2 * POLL_SECONDS + INVOCATION

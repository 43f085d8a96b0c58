"""`up` while a release shifts: traffic goes on as the release says, the setting waits for the next one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.stacks.delivered import STACK, Delivered, until

from greenshift.contract.statuses import Status
from greenshift.testing import start_twin

SPEED = 30  # a shift of nine minutes takes eighteen seconds


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Delivered]:
    with start_twin(speed=SPEED) as twin:
        yield Delivered(
            twin, tmp_path_factory.mktemp("shop"), ("charge",), rollout="Linear10PercentEvery1Minute"
        )


def memory(stack: Delivered, qualifier: str) -> int:
    found = stack.lambda_.get_function_configuration(FunctionName=f"{STACK}-charge", Qualifier=qualifier)
    return int(found["MemorySize"])


def test_an_up_in_mid_shift_moves_no_traffic_and_its_setting_goes_live_with_the_next_release(
    stack: Delivered,
) -> None:
    execution = stack.start(stack.good("better"))
    until(lambda: bool(stack.aliases()["charge"][1]), stack.state, 120)
    before = memory(stack, "live")

    stack.deploy_again({"memory": 512})

    version, weights = stack.aliases()["charge"]
    assert weights, f"still shifting, from version {version}"
    stack.follow(execution)
    release = stack.release(execution)
    assert release.status is Status.SUCCEEDED
    assert stack.aliases()["charge"] == (release.changed[0].to_version, {})
    assert (memory(stack, "$LATEST"), memory(stack, "live")) == (512, before)

    stack.succeed(stack.good("better still"))
    assert memory(stack, "live") == 512

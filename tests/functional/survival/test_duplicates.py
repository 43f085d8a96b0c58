"""Every invocation of the controller, and every event, comes twice: nothing is done twice.

What keeps two controllers apart is a lease of three minutes. On the fast clock of the other sweeps that is
half a second, less than a controller takes; here it is six.
"""

from __future__ import annotations

import pytest
from support.faults.sweep import Tried, check_notices, failing, fresh, try_one
from support.stacks.delivered import Delivered

from greenshift.contract.statuses import Status

SPEED = 30
ROLLOUT = "Canary50Percent3Minutes"
CALLED = "page"


@pytest.mark.parametrize(
    ("end", "sources", "traffic"),
    [(Status.SUCCEEDED, fresh, None), (Status.ROLLED_BACK, failing, CALLED)],
    ids=["there", "and back"],
)
def test_what_comes_twice_is_done_once(stack: Delivered, end: Status, sources: object, traffic: str) -> None:
    assert callable(sources)
    tried = Tried()
    stack.mail()
    stack.twin.inject("duplicate", "lambda", "Invoke", parameters={"FunctionName": "*-controller"})
    stack.twin.inject("duplicate", "lambda", "Invoke", principal="events.amazonaws.com")

    try_one(stack, tried, "duplicates", sources(stack), expected=[end], traffic=traffic)

    check_notices(stack, tried)
    assert tried.wrong == []
    assert tried.missed == []

"""The small shop, deployed and released once, until the end of a block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from greenshift.testing import RunningTwin
from greenshift.verify.rehearsal import Pace
from greenshift.view import StackView
from support.stacks.shop import Deployed, deploy

__all__ = ["QUICK", "Deployed", "released_stack"]

QUICK = Pace(seconds=0.1, deployment=60, execution=60)


@contextmanager
def released_stack(twin: RunningTwin, root: Path) -> Iterator[Deployed]:
    stack = deploy(twin, root)
    wait_for_first_release(stack)
    yield stack
    stack.engine.destroy()


def wait_for_first_release(deployed: Deployed) -> None:
    """A new pipeline starts by itself."""
    view = StackView(deployed.outputs, deployed.client)
    execution = view.latest_execution()
    assert execution is not None

    def ended() -> str | None:
        snapshot = view.progress(execution)
        return snapshot.status if snapshot.has_ended else None

    assert QUICK.until(ended, "the first release", QUICK.execution) == "Succeeded"

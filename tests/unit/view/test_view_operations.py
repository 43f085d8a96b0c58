"""Everything the view asks of AWS is written down, for policies and in the docs."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.accounts.recorded import read

from greenshift.view.operations import LOGS, ONE_RELEASE, SNAPSHOT

ROOT = Path(__file__).parents[3]
RECORDED = read(ROOT / "tests" / "recorded" / "release.json")


def test_a_snapshot_makes_no_call_that_is_not_written_down() -> None:
    called = {f"{call.service}:{call.operation}" for calls in RECORDED.values() for call in calls}

    # The story's config is AWS's own, and its ledger names every function.
    assert called == set(SNAPSHOT) - {"codedeploy:GetDeploymentConfig", "lambda:GetFunctionConfiguration"}


@pytest.mark.parametrize("operation", [*SNAPSHOT, *ONE_RELEASE, *LOGS])
def test_whoever_only_looks_finds_the_permission_in_the_docs(operation: str) -> None:
    assert f"`{operation}`" in (ROOT / "docs" / "aws.md").read_text()

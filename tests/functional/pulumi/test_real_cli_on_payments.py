"""The real CLI deploys the whole pipeline to the twin, finds nothing to do, and leaves nothing behind."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from real_pulumi import RealPulumi, real_pulumi

from greenshift.testing import RunningTwin

PAYMENTS = Path(__file__).parents[3] / "examples" / "payments"


@pytest.fixture(scope="module")
def payments(twin: RunningTwin, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealPulumi]:
    folder = tmp_path_factory.mktemp("pulumi")
    program = folder / "payments"
    shutil.copytree(PAYMENTS, program)
    with real_pulumi(twin, program, folder) as pulumi:
        yield pulumi


def test_the_pipeline_is_deployed_unchanged_refreshed_and_destroyed(
    payments: RealPulumi, twin: RunningTwin
) -> None:
    planned = payments.preview()
    assert set(planned["changeSummary"]) == {"create"}

    told = payments.up()

    assert "warning" not in told
    assert f"+ {planned['changeSummary']['create']} created" in told
    assert set(payments.preview("--expect-no-changes")["changeSummary"]) == {"same"}
    payments.refresh("--expect-no-changes")
    payments.destroy()
    assert twin.client("lambda").list_functions()["Functions"] == []
    assert payments.deployment()["deployment"].get("resources", []) == []

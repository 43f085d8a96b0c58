"""Ledgers, targets and manifests outlive the version that wrote them: they read as they always did."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from greenshift.contract.release import ReleasedFunction
from greenshift.contract.rows import FUNCTION, RELEASE, function_row, release_of_row
from greenshift.contract.rules import USUAL, Mode
from greenshift.contract.statuses import State, Status
from greenshift.release.package.manifest import parse_manifest
from greenshift.release.record.items import from_item
from greenshift.release.targets import load_targets

WRITTEN = Path(__file__).parents[2] / "recorded" / "written"
RELEASE_ID = "358dd9f5-853a-4206-a04d-35103d2e0a56"


def rows(kind: str) -> list[dict[str, Any]]:
    items = json.loads((WRITTEN / "ledger.json").read_text())
    return [row for row in map(from_item, items) if row.get("kind") == kind]


def test_a_release_of_the_ledger() -> None:
    (row,) = rows(RELEASE)
    release = release_of_row(row)

    assert (release.id, release.pipeline, release.status) == (RELEASE_ID, "shop-local", Status.SUCCEEDED)
    assert release.started_at == datetime(2026, 11, 28, 20, 27, 39, tzinfo=UTC)
    assert release.ended_at == release.since == datetime(2026, 11, 28, 21, 1, 3, tzinfo=UTC)
    assert (release.mode, release.rules, release.revision) == (Mode.NORMAL, USUAL, 20)
    assert release.functions[0] == ReleasedFunction(
        "charge", "shop-local-charge", "1", "2", State.SHIFTED, deployment_id="d-79O45NDBV"
    )
    assert [transition.status for transition in release.transitions] == [
        *(["PUBLISHING"] * 2),
        "PUBLISHED",
        *(["SHIFTING"] * 2),
        *(["SUCCEEDED"] * 2),
    ]


def test_the_functions_of_a_release() -> None:
    found = {row.key: row for row in map(function_row, rows(FUNCTION))}

    assert set(found) == {"charge", "refund"}
    refund = found["refund"]
    assert (refund.release, refund.function) == (RELEASE_ID, "shop-local-refund")
    assert (refund.from_version, refund.to_version, refund.status) == ("1", "2", State.SHIFTED)
    assert refund.ended_at == datetime(2026, 11, 28, 21, 1, 3, tzinfo=UTC)


def test_the_targets_of_a_controller() -> None:
    targets = load_targets(WRITTEN / "targets.json")

    assert (targets.pipeline, targets.table, targets.rules) == ("shop-local", "shop-local-ledger", USUAL)
    assert targets.functions["charge"].deployment_config == "CodeDeployDefault.LambdaAllAtOnce"


def test_the_manifest_of_a_build() -> None:
    manifest = parse_manifest((WRITTEN / "release.json").read_text())

    assert [package.function for package in manifest.packages] == ["charge", "refund"]
